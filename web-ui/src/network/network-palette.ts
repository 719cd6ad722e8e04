import { withThemeColours } from '../app/theme-colours.js';

/** The colours that are painted with, as the theme has them. */
export interface NetworkPalette {
  readonly ground: string;
  readonly line: string;
  readonly muted: string;
  readonly text: string;
  readonly player: string;
  readonly model: string;
  /** Red, green and blue of values above and below 0. */
  readonly above: readonly [number, number, number];
  readonly below: readonly [number, number, number];
}

/** Reads the colours of the current theme at `element`. */
export function readNetworkPalette(element: Element): NetworkPalette {
  return withThemeColours(element, (colour) => ({
    ground: colour('surface'),
    line: colour('line'),
    muted: colour('muted'),
    text: colour('text'),
    player: colour('player'),
    model: colour('model'),
    above: numbers(colour('above')),
    below: numbers(colour('below')),
  }));
}

function numbers(colour: string): readonly [number, number, number] {
  const [r = 0, g = 0, b = 0] = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  return [r, g, b];
}
