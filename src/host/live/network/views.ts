import type { LayerState } from '../../../model/engine.js';
import { GATE_NAMES, type GateName } from '../../../model/gates.js';
import type { TapFrame, TapLink } from '../../../model/tap/index.js';
import type { NetworkShapeView, NetworkStepsView, StateView, TokenView } from './view.js';

/** A tap and the words of its tokens (token). */
export interface WatchedNetwork {
  readonly tap: TapLink;
  readonly words: readonly string[];
}

/** Choices of a token that are shown, beside the one that came. */
const CHOICES = 8;
/** Most tokens of a message: what the densest music has between two messages. */
export const MOST_TOKENS = 16;
/** Most units whose values are sent: h and c of so many are 33 kB as base64. */
const MOST_UNITS = 12_288;
/** The same where a gate comes with them: all three are 33 kB. */
const MOST_UNITS_WITH_GATE = 8192;

export function shapeView({ tap }: WatchedNetwork): NetworkShapeView {
  const { layers, parts, gates } = tap.shape;
  const classes = parts.reduce((sum, size) => sum + size, 0);
  return { layers, classes, ...(gates && { gates: true as const }) };
}

/** The last tokens of `frames`, and the layers at the last of them, with `gate` where one is asked for. */
export function stepsView(
  frames: readonly TapFrame[],
  { words }: WatchedNetwork,
  dropped: number,
  gate?: GateName,
): NetworkStepsView {
  const shown = frames.slice(-MOST_TOKENS);
  const state = stateView(frames.at(-1)!, gate);
  return {
    tokens: shown.map((frame) => tokenView(frame, words)),
    ...(state && { state }),
    dropped: dropped + frames.length - shown.length,
  };
}

function tokenView(frame: TapFrame, words: readonly string[]): TokenView {
  const { position, time, drawn, nats, token: came } = frame;
  return {
    ...{ position, time, drawn },
    nats: finite(nats),
    choices: frame.choices(CHOICES).map(({ token, probability, afterGrammar, allowed }) => ({
      words: words[token] ?? `token ${token}`,
      probability: rounded(probability),
      afterGrammar: rounded(afterGrammar),
      ...(!allowed && { forbidden: true as const }),
      ...(token === came && { chosen: true as const }),
    })),
  };
}

/** Most nats that are sent: a token that cannot come costs infinitely many, which JSON has no word for. */
const MOST_NATS = 99;

function finite(nats: number): number {
  return nats < MOST_NATS ? rounded(nats) : MOST_NATS;
}

const rounded = (value: number): number => (Number.isFinite(value) ? Math.round(value * 1e4) / 1e4 : 0);

function stateView({ layers, time, position }: TapFrame, gate?: GateName): StateView | undefined {
  const units = layers.reduce((sum, { h }) => sum + h.length, 0);
  if (units === 0 || units > MOST_UNITS) return undefined;
  const lstm = layers.flatMap(({ c }) => (c ? [c] : []));
  return {
    ...{ time, position, h: bytesOf(layers.map(({ h }: LayerState) => h)) },
    ...(lstm.length > 0 && { c: bytesOf(lstm, Math.tanh) }),
    ...(gate !== undefined && units <= MOST_UNITS_WITH_GATE && gateView(layers, gate)),
  };
}

/** The gate of each layer that has one of this name. */
function gateView(layers: readonly LayerState[], name: GateName): Pick<StateView, 'gate'> {
  const values = layers.flatMap(({ cell, h, gates }) => {
    const index = (GATE_NAMES[cell] as readonly GateName[]).indexOf(name);
    return index < 0 || !gates ? [] : [gates.subarray(index * h.length, (index + 1) * h.length)];
  });
  return values.length === 0 ? {} : { gate: { name, values: bytesOf(values) } };
}

function bytesOf(layers: readonly Float32Array[], squash = (value: number) => value): string {
  const bytes = new Int8Array(layers.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of layers)
    for (let unit = 0; unit < values.length; unit++)
      bytes[at++] = Math.round(127 * Math.max(-1, Math.min(1, squash(values[unit]!))));
  return Buffer.from(bytes.buffer).toString('base64');
}
