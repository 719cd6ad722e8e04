import { plansOf } from './bars.js';
import { joinDoubles } from './doubles.js';
import { chooseGrids, EARLY, GRIDS, TICKS_PER_BEAT } from './grid.js';
import { CLASS_OF, CLASSES } from './kit.js';
import type { DrumPiece, Hit } from './piece.js';
import { classOf, TEMPO_EDGES } from './style.js';
import { drumVocabulary, END, FEWEST_BEATS, velocityBin } from './vocabulary.js';

export interface EncodedDrums {
  readonly tokens: number[];
  /** Hits that are kept. */
  readonly hits: number;
  /** Hits that were left out, since a louder one of the same class is on the same step. */
  readonly merged: number;
  /** Steps of the grid. */
  readonly steps: number;
}

/** A hit on a step. */
interface Placed extends Hit {
  /** Ticks after its step. */
  readonly micro: number;
}

/** The steps of a piece: what is struck on each of them by class. (beat, step) */
interface Laid {
  readonly grids: readonly number[];
  readonly steps: readonly (readonly (readonly (Placed | undefined)[])[])[];
  readonly merged: number;
}

/** The tokens of a piece, without the start token. */
export function encodeDrums(piece: DrumPiece): EncodedDrums {
  const { beatsABar } = piece;
  const laid = lay(piece);
  const bars = Math.ceil(laid.grids.length / beatsABar);
  const plans = plansOf(
    Array.from({ length: bars }, (_, bar) => hitsIn(laid, bar * beatsABar, (bar + 1) * beatsABar)),
    piece,
  );
  const tokens: number[] = [];
  let [hits, steps] = [0, 0];
  for (const [beat, grid] of laid.grids.entries()) {
    if (beat % beatsABar === 0)
      tokens.push(barToken(piece), drumVocabulary.token('PLAN', plans[beat / beatsABar]!));
    tokens.push(drumVocabulary.token('BEAT', { grid }));
    for (const step of laid.steps[beat]!) {
      const written = stepTokens(step);
      tokens.push(...written);
      steps++;
      hits += written.length - 1;
    }
  }
  tokens.push(END);
  return { tokens, hits, merged: laid.merged, steps };
}

/** Places each hit on the nearest step of its beat's grid; of two of a class, the louder one is kept. */
function lay({ hits: strokes, tempo }: DrumPiece): Laid {
  const hits = joinDoubles(strokes, 60 / tempo);
  const ticks = hits.map((hit) => ({ ...hit, tick: Math.max(0, Math.round(hit.at * TICKS_PER_BEAT)) }));
  const beats = 1 + Math.floor(((ticks.at(-1)?.tick ?? 0) + EARLY) / TICKS_PER_BEAT);
  const grids = chooseGrids(
    hits.map(({ at, drum }) => ({ at, class: CLASS_OF[drum]! })),
    beats,
    60 / tempo,
  );
  const steps = grids.map((grid) =>
    Array.from({ length: GRIDS[grid]! }, () => new Array<Placed | undefined>(CLASSES.length)),
  );
  let merged = 0;
  for (const { tick, ...hit } of ticks) {
    const { beat, step, micro } = nearest(tick, grids);
    const at = steps[beat]![step]!;
    const kind = CLASS_OF[hit.drum]!;
    const there = at[kind];
    if (there) merged++;
    if (!there || hit.velocity > there.velocity) at[kind] = { ...hit, micro };
  }
  return { grids, steps, merged };
}

/** The step that is nearest to a tick; the later of two. */
function nearest(tick: number, grids: readonly number[]): { beat: number; step: number; micro: number } {
  const beat = Math.min(grids.length - 1, Math.floor(tick / TICKS_PER_BEAT));
  const count = GRIDS[grids[beat]!]!;
  const width = TICKS_PER_BEAT / count;
  const step = Math.floor((tick - beat * TICKS_PER_BEAT) / width + 0.5);
  const micro = tick - beat * TICKS_PER_BEAT - step * width;
  return step < count ? { beat, step, micro } : { beat: beat + 1, step: 0, micro };
}

function hitsIn({ steps }: Laid, from: number, to: number): Hit[] {
  return steps
    .slice(from, to)
    .flatMap((beat) => beat.flatMap((step) => step.filter((hit) => hit !== undefined)));
}

function barToken({ beatsABar, style, tempo }: DrumPiece): number {
  return drumVocabulary.token('BAR', {
    beats: beatsABar - FEWEST_BEATS,
    style,
    tempo: classOf(tempo, TEMPO_EDGES),
  });
}

function stepTokens(step: readonly (Placed | undefined)[]): number[] {
  const struck = Object.fromEntries(CLASSES.map((name, kind) => [name, Number(step[kind] !== undefined)]));
  // In order of time; what is struck at once, in the order of its classes.
  const touches = step
    .filter((hit) => hit !== undefined)
    .sort((a, b) => a.micro - b.micro || a.drum - b.drum);
  return [
    drumVocabulary.token('HITS', struck as Record<(typeof CLASSES)[number], number>),
    ...touches.map(({ drum, velocity, micro }) =>
      drumVocabulary.token('TOUCH', { drum, velocity: velocityBin(velocity), micro: micro + EARLY }),
    ),
  ];
}
