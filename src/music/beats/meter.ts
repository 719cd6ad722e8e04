/** Beats a bar that are told apart. */
export const METERS = [3, 4] as const;
export type Meter = (typeof METERS)[number];
