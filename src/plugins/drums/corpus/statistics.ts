import { barsOf } from '../codec/bars.js';
import { CLASS_OF, CLASSES } from '../codec/kit.js';
import type { DrumPiece, Hit } from '../codec/piece.js';

/** What can be counted of how somebody drums. null: too little of it. */
export interface DrumStatistics {
  /** Hits a beat. */
  readonly density: number;
  /** How far kick and snare stand off the strong sixteenths, a bar of four beats: Longuet-Higgins and Lee (1984). */
  readonly syncopation: number | null;
  /** How much longer the first half of a beat is than the second, by the offbeats of hi-hat and ride: 1 straight, 2 triplets. */
  readonly swing: number | null;
  /** Share of the bars that are fills. */
  readonly fills: number;
  /** Share of the fills that end four bars, of all fills but those of a single bar. */
  readonly fillsOnFours: number | null;
  /** Share of the beats 2 and 4 that the snare is on. */
  readonly backbeat: number | null;
  readonly velocity: number;
  /** Standard deviation of the velocities. */
  readonly dynamics: number;
  /** Share of the snare's strokes that are ghost notes. */
  readonly ghosts: number | null;
}

const KICK = CLASSES.indexOf('kick');
const SNARE = CLASSES.indexOf('snare');
const OFFBEATS: ReadonlySet<number> = new Set(
  (['closedHat', 'openHat', 'ride'] as const).map((name) => CLASSES.indexOf(name)),
);
/** Where in a beat an offbeat of eighths lies, straight to swung. */
const OFFBEAT = [0.42, 0.78] as const;
const FEWEST_OFFBEATS = 12;
/** A quieter stroke of the snare is a ghost note. */
const GHOST = 45;
const PHRASE = 4;

/** (sixteenth of a bar of four beats) how strong it is */
const STRENGTHS = [0, -4, -3, -4, -2, -4, -3, -4, -1, -4, -3, -4, -2, -4, -3, -4] as const;

export function statisticsOf(piece: DrumPiece): DrumStatistics {
  const { hits, beatsABar } = piece;
  const bars = barsOf(piece);
  const beats = Math.max(1, bars.length * beatsABar);
  const fills = bars.flatMap(({ plan }, bar) => (plan.fill === 1 ? [bar] : []));
  const velocity = mean(hits.map((hit) => hit.velocity)) ?? 0;
  const isFour = beatsABar === 4;
  return {
    density: hits.length / beats,
    syncopation: isFour ? mean(bars.map(({ hits }, bar) => syncopationOf(hits, bar * 4))) : null,
    swing: swingOf(hits),
    fills: fills.length / Math.max(1, bars.length),
    fillsOnFours: fills.length < 2 ? null : mean(fills.map((bar) => Number(bar % PHRASE === PHRASE - 1))),
    backbeat: isFour ? backbeatOf(hits, bars.length) : null,
    velocity,
    dynamics: Math.sqrt(mean(hits.map((hit) => (hit.velocity - velocity) ** 2)) ?? 0),
    ghosts: mean(snares(hits).map((hit) => Number(hit.velocity < GHOST))),
  };
}

/** What is to be strong and is not struck, while what is weak before it is. */
function syncopationOf(hits: readonly Hit[], from: number): number {
  const struck = new Set(
    hits
      .filter(({ drum }) => CLASS_OF[drum] === KICK || CLASS_OF[drum] === SNARE)
      .map(({ at }) => Math.round((at - from) * 4)),
  );
  let sum = 0;
  for (const onset of struck) {
    if (onset < 0 || onset > 15) continue;
    let strongest = Number.NEGATIVE_INFINITY;
    for (let place = onset + 1; place < 16 && !struck.has(place); place++)
      strongest = Math.max(strongest, STRENGTHS[place]!);
    sum += Math.max(0, strongest - STRENGTHS[onset]!);
  }
  return sum;
}

/** Beats whose cymbals have one onset beside the beat itself, near the middle. */
function swingOf(hits: readonly Hit[]): number | null {
  const byBeat = new Map<number, number[]>();
  for (const { at, drum } of hits) {
    if (!OFFBEATS.has(CLASS_OF[drum]!)) continue;
    const place = at - Math.floor(at);
    if (place < 0.12 || place > 0.88) continue;
    const beat = Math.floor(at);
    byBeat.set(beat, [...(byBeat.get(beat) ?? []), place]);
  }
  const places = [...byBeat.values()]
    .filter((places) => places.length === 1)
    .map(([place]) => place!)
    .filter((place) => place >= OFFBEAT[0] && place <= OFFBEAT[1])
    .sort((a, b) => a - b);
  if (places.length < FEWEST_OFFBEATS) return null;
  const middle = places[Math.floor(places.length / 2)]!;
  return middle / (1 - middle);
}

function backbeatOf(hits: readonly Hit[], bars: number): number | null {
  if (bars === 0) return null;
  const struck = new Set(
    snares(hits)
      .filter(({ at }) => Math.abs(at - Math.round(at)) < 0.125)
      .map(({ at }) => Math.round(at)),
  );
  return [...struck].filter((beat) => beat % 2 === 1).length / (2 * bars);
}

const snares = (hits: readonly Hit[]) => hits.filter(({ drum }) => CLASS_OF[drum] === SNARE);

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
