/** Default number of particles for the end of a part: more gave no better endings in tests, and take longer. */
export const LOOK_AHEAD = 16;
export const MOST_PARTICLES = 256;
