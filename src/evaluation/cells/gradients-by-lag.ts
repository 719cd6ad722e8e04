import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { namedWeights } from '../../model/named-weights.js';
import { type Network, stateOffset } from '../../model/network.js';
import { uniform } from '../../model/random.js';
import { ReferenceEngine } from '../../model/reference.js';
import type { NetworkSpec } from '../../model/spec.js';
import type { Tf } from '../../model/tfjs.js';
import { gradientsOf, type LayerStates } from '../../training/fit/gradients.js';
import type { TokenPiece } from '../../training/fit/streams.js';

/** How much of the loss at one moment reaches the state some steps before it. */
export interface LagGradients {
  /** Number of places in the held-out music over which the norms are averaged. */
  readonly places: number;
  /** (lag - 1) Mean norm of d loss_t / d state_{t - lag}; the state is h of all layers, and c of an LSTM's. */
  readonly state: readonly number[];
  /** (layer) The same for h and for c alone; (lag - 1) each. */
  readonly layers: readonly { readonly h: readonly number[]; readonly c?: readonly number[] }[];
  /** Norm of the mean gradient of these places by all weights. */
  readonly weightNorm: number;
}

export interface LagOptions {
  /** Longest lag in steps; less where the pieces are shorter. */
  readonly lags: number;
  /** Most places. */
  readonly places: number;
  readonly seed: number;
}

/** Places over which a comparison averages. */
export const PLACES_SEEN = 64;

/** Places are taken from the beginning of each piece, because the states before them have to be computed. */
const MOST_TOKENS = 2000;
/** Branch of the random numbers. */
const PLACES = 71;

interface Place {
  readonly tokens: ArrayLike<number>;
  /** Index of the input whose target's loss is looked at. */
  readonly at: number;
}

/**
 * Norms of the loss's gradients by the states before it, by the trainer's own backward pass. A state that is perturbed k steps back, by a
 * small vector, changes the loss by the gradient times that vector.
 */
export function gradientsByLag(
  tf: Tf,
  network: Network,
  pieces: readonly TokenPiece[],
  options: LagOptions,
): LagGradients {
  const longest = Math.max(...pieces.map(({ tokens }) => Math.min(tokens.length, MOST_TOKENS)));
  const lags = Math.max(1, Math.min(options.lags, longest - 2));
  const places = takePlaces(pieces, { ...options, lags });
  const state = statesBefore(tf, network, places, lags);
  const squares = network.spec.layers.map(({ cell }) =>
    Array.from({ length: cell === 'lstm' ? 2 : 1 }, () => new Float64Array(lags * places.length)),
  );
  const weightNorm = tf.tidy(() => {
    const weights: Tensor[] = namedWeights(network).map(({ values, shape }) => tf.tensor(values, [...shape]));
    const pass = gradientsOf(tf, { spec: network.spec, weights }, windowsOf(places, lags), {
      state,
      counts: lastOnly(places.length, lags),
      carried: (layer, t, gradients) =>
        gradients.forEach((gradient, part) => {
          squares[layer]![part]!.set(rowSquares(tf, gradient), (lags - 1 - t) * places.length);
        }),
    });
    const all = tf.addN(pass.weights.map((gradient) => tf.sum(tf.square(gradient))));
    return Math.sqrt(all.dataSync<'float32'>()[0]!) / places.length;
  });
  tf.dispose(state);
  return { ...meanNorms(squares, places.length, lags), weightNorm };
}

/** Means over places of the roots of squares, (layer, part)(lag x place). */
function meanNorms(
  squares: readonly (readonly Float64Array[])[],
  places: number,
  lags: number,
): Omit<LagGradients, 'weightNorm'> {
  const means = (parts: readonly Float64Array[]) =>
    Array.from({ length: lags }, (_, lag) => {
      let sum = 0;
      for (let place = 0; place < places; place++)
        sum += Math.sqrt(parts.reduce((total, part) => total + part[lag * places + place]!, 0));
      return sum / places;
    });
  return {
    places,
    state: means(squares.flat()),
    layers: squares.map(([h, c]) => ({ h: means([h!]), ...(c && { c: means([c]) }) })),
  };
}

/** Different places with `lags` inputs before their target, spread over the pieces by chance. */
function takePlaces(pieces: readonly TokenPiece[], { lags, places, seed }: LagOptions): Place[] {
  const all = pieces.flatMap(({ tokens }) => {
    const last = Math.min(tokens.length, MOST_TOKENS) - 2;
    return Array.from({ length: Math.max(0, last - lags + 2) }, (_, index) => ({
      tokens,
      at: lags - 1 + index,
    }));
  });
  const drawn = all.map((place, index) => ({ place, order: uniform(seed, PLACES, index) }));
  return drawn
    .sort((a, b) => a.order - b.order)
    .slice(0, places)
    .map(({ place }) => place);
}

/** The states that the windows begin with: a piece is fed from its beginning to there. */
function statesBefore(tf: Tf, network: Network, places: readonly Place[], lags: number): LayerStates {
  const { spec } = network;
  const engine = new ReferenceEngine(network);
  const state = engine.createState();
  const snapshots = new Map<Place, Float32Array>();
  for (const tokens of new Set(places.map((place) => place.tokens))) {
    const own = places.filter((place) => place.tokens === tokens).toSorted((a, b) => a.at - b.at);
    state.reset();
    let fed = 0;
    for (const place of own) {
      for (; fed < place.at - lags + 1; fed++) engine.step([state], [tokens[fed]!]);
      snapshots.set(place, state.snapshot());
    }
  }
  engine.dispose();
  return spec.layers.map(({ units }, layer) =>
    partsOf(spec, layer).map((offset) => {
      const rows = places.map((place) => snapshots.get(place)!.subarray(offset, offset + units));
      return tf.tensor2d(Float32Array.from(rows.flatMap((row) => [...row])), [places.length, units]);
    }),
  );
}

/** Where h, and c of an LSTM, of a layer stand in a state. */
function partsOf(spec: NetworkSpec, layer: number): number[] {
  const at = stateOffset(spec, layer);
  const { cell, units } = spec.layers[layer]!;
  return cell === 'lstm' ? [at, at + units] : [at];
}

function windowsOf(places: readonly Place[], lags: number) {
  const batch = places.length;
  const inputs = new Int32Array(lags * batch);
  const targets = new Int32Array(lags * batch);
  places.forEach(({ tokens, at }, place) => {
    for (let t = 0; t < lags; t++) {
      const from = at - lags + 1 + t;
      inputs[t * batch + place] = tokens[from]!;
      targets[t * batch + place] = tokens[from + 1]!;
    }
  });
  return { time: lags, batch, inputs, targets, fresh: new Uint8Array(lags * batch) };
}

/** Counts the last target of each place alone. */
function lastOnly(batch: number, time: number): Float32Array {
  return new Float32Array(time * batch).fill(1, (time - 1) * batch);
}

function rowSquares(tf: Tf, rows: Tensor2D): Float32Array {
  return tf.tidy(() => tf.sum(tf.square(rows), 1).dataSync<'float32'>());
}
