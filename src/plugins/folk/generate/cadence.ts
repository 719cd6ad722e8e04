/** Particles that draw the end of a part, where nothing is said: more were not seen to end better, and cost time. */
export const LOOK_AHEAD = 16;
export const MOST_PARTICLES = 256;
