import type { Seconds } from '../../../src/music/units.js';
import { type RollView, span, xOf } from '../roll/roll-geometry.js';
import type { NetworkPalette } from './network-palette.js';
import { lastAt, type SeenToken } from './network-store.js';

/** Nats at the upper edge: a token that the network gave less than 0.03 % stands there too. */
export const MOST_NATS = 8;

/** So many nats are said of a token of which the network foretells nothing, as of what a leader does: it is told that. */
const UNTOLD = 99;

/** Whether the network foretold anything of a token, so that it could be surprised. */
export const isForetold = ({ nats }: Pick<SeenToken, 'nats'>): boolean => nats < UNTOLD;

/** Tokens closer than this are one moment. */
const AT_ONCE: Seconds = 0.03;
const REST: Seconds = 2;

/** Where a token's surprise stands. */
export const yOfNats = (nats: number, height: number): number =>
  height - 4 - (Math.min(nats, MOST_NATS) / MOST_NATS) * (height - 8);

/** Draws the surprise of both voices, a line each with a dot a token: round for the player, square for the model. */
export function paintSurprise(
  context: CanvasRenderingContext2D,
  tokens: readonly SeenToken[],
  view: RollView,
  { palette, chosen }: { readonly palette: NetworkPalette; readonly chosen: SeenToken | undefined },
): void {
  paintScale(context, view, palette);
  const first = Math.max(0, lastAt(tokens, view.now - 1.1 * span(view)));
  const seen = tokens.slice(first).filter(isForetold);
  for (const drawn of [false, true]) {
    const own = seen.filter((token) => token.drawn === drawn);
    context.strokeStyle = context.fillStyle = drawn ? palette.model : palette.player;
    paintLine(context, moments(own), view);
    for (const token of own) dot(context, token, view, token === chosen ? 5 : 2);
  }
}

/** Mean surprise of the tokens of each moment: a chord is several tokens. */
export function moments(tokens: readonly SeenToken[]): { readonly time: Seconds; readonly nats: number }[] {
  const means: { time: Seconds; nats: number; count: number }[] = [];
  for (const { time, nats } of tokens) {
    const last = means.at(-1);
    if (last !== undefined && time - last.time < AT_ONCE) {
      last.nats += (nats - last.nats) / (last.count + 1);
      last.count++;
    } else means.push({ time, nats, count: 1 });
  }
  return means;
}

function paintLine(
  context: CanvasRenderingContext2D,
  points: readonly { readonly time: Seconds; readonly nats: number }[],
  view: RollView,
): void {
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [index, { time, nats }] of points.entries()) {
    const [x, y] = [xOf(time, view), yOfNats(nats, view.height)];
    // A line across a rest would say that something was there.
    if (index === 0 || time - points[index - 1]!.time > REST) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}

function dot(context: CanvasRenderingContext2D, token: SeenToken, view: RollView, radius: number): void {
  const [x, y] = [xOf(token.time, view), yOfNats(token.nats, view.height)];
  context.beginPath();
  if (token.drawn) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function paintScale(context: CanvasRenderingContext2D, view: RollView, palette: NetworkPalette): void {
  context.strokeStyle = palette.line;
  context.fillStyle = palette.muted;
  context.lineWidth = 1;
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const nats of [0, 4]) {
    const y = Math.round(yOfNats(nats, view.height)) + 0.5;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(view.width, y);
    context.stroke();
  }
}

/** The token whose dot is nearest to a place, within 24 pixels. */
export function tokenNear(
  tokens: readonly SeenToken[],
  x: number,
  y: number,
  view: RollView,
): SeenToken | undefined {
  let [best, nearest]: [SeenToken | undefined, number] = [undefined, 24];
  for (const token of tokens.filter(isForetold)) {
    const distance = Math.hypot(xOf(token.time, view) - x, (yOfNats(token.nats, view.height) - y) / 2);
    if (distance < nearest) [best, nearest] = [token, distance];
  }
  return best;
}
