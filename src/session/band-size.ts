/** The most members of a band: each has a network of its own to step in the time between two notes. */
export const MOST_MEMBERS = 8;
