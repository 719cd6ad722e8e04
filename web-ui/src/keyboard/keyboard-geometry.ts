import type { Pitch } from '../../../src/music/units.js';

/** Width of a white key that a finger can hit, in pixels. */
const WHITE_KEY = 44;
const WHITE_STEPS = [0, 2, 4, 5, 7, 9, 11] as const;
/** Size of black keys relative to white ones. */
const BLACK_WIDTH = 0.6;
export const BLACK_HEIGHT = 0.62;
const OCTAVES_AT_MOST = 7;

export interface KeyShape {
  readonly pitch: Pitch;
  readonly black: boolean;
  /** Left edge and width, as shares of the keyboard's width. */
  readonly x: number;
  readonly width: number;
}

/** How many octaves (and a C above) fit with keys that a finger can hit. */
export function octavesFor(width: number): number {
  return Math.max(1, Math.min(OCTAVES_AT_MOST, Math.floor((width / WHITE_KEY - 1) / 7)));
}

/** The lowest C shown, so that the computer keys' octave is slightly left of the middle. */
export function lowestFor(base: Pitch, octaves: number): Pitch {
  const lowest = base - 12 * Math.floor((octaves - 1) / 2);
  return Math.max(0, Math.min(lowest, 108 - 12 * octaves));
}

/** The keys from the C `lowest` through the C `octaves` above, white ones first so that black ones are drawn on top. */
export function keyShapes(lowest: Pitch, octaves: number): KeyShape[] {
  const whites = 7 * octaves + 1;
  const width = 1 / whites;
  const white: KeyShape[] = [];
  const black: KeyShape[] = [];
  for (let index = 0; index < whites; index++) {
    const step = WHITE_STEPS[index % 7]!;
    const pitch = lowest + 12 * Math.floor(index / 7) + step;
    white.push({ pitch, black: false, x: index * width, width });
    const isLast = index === whites - 1;
    if (isLast || step === 4 || step === 11) continue;
    black.push({
      pitch: pitch + 1,
      black: true,
      x: (index + 1 - BLACK_WIDTH / 2) * width,
      width: BLACK_WIDTH * width,
    });
  }
  return [...white, ...black];
}

/** The key under a point (shares of the keyboard's width and height), black before white. */
export function keyAt(shapes: readonly KeyShape[], x: number, y: number): KeyShape | undefined {
  return shapes.findLast((key) => x >= key.x && x < key.x + key.width && (!key.black || y < BLACK_HEIGHT));
}

/** Velocity by position: louder nearer to the key's front edge. */
export function velocityAt(key: KeyShape, y: number): number {
  const depth = Math.max(0, Math.min(1, key.black ? y / BLACK_HEIGHT : y));
  return Math.round(40 + 75 * depth);
}
