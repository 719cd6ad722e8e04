import { CLASS_OF, CLASSES } from './kit.js';
import type { DrumPiece, Hit } from './piece.js';
import { classOf, DENSITY_EDGES, LOUDNESS_EDGES } from './style.js';

/** What is said of a bar before it is played: classes of density and loudness, and 1 where it is a fill. */
export interface BarPlan {
  readonly density: number;
  readonly loudness: number;
  readonly fill: number;
}

const TOMS: ReadonlySet<number> = new Set(
  (['lowTom', 'midTom', 'highTom'] as const).map((name) => CLASSES.indexOf(name)),
);
const SNARE = CLASSES.indexOf('snare');
const [CRASH, RIDE] = [CLASSES.indexOf('crash'), CLASSES.indexOf('ride')];

/** A bar with so many strokes of the toms more than most bars of its piece is a fill, */
const FILL_TOMS = 3;
/** or one whose snare has so many more in its second half, where fewer strokes of the cymbals keep time. */
const FILL_SNARES = 4;

/** The plan of each bar of a piece, read off its hits. (bar) */
export function plansOf(bars: readonly (readonly Hit[])[], piece: DrumPiece): BarPlan[] {
  const read = bars.map((hits, bar) => countsOf(hits, (bar + 0.5) * piece.beatsABar));
  const usual = {
    toms: median(read.map(({ toms }) => toms)),
    snares: median(read.map(({ snares }) => snares)),
    cymbals: median(read.map(({ cymbals }) => cymbals)),
  };
  return bars.map((hits, bar) => {
    const { toms, snares, cymbals } = read[bar]!;
    const isFill =
      piece.fill ||
      toms >= usual.toms + FILL_TOMS ||
      (snares >= usual.snares + FILL_SNARES && cymbals < usual.cymbals);
    const velocities = hits.reduce((sum, { velocity }) => sum + velocity, 0);
    return {
      density: classOf(hits.length / piece.beatsABar, DENSITY_EDGES),
      loudness: classOf(hits.length === 0 ? 0 : velocities / hits.length, LOUDNESS_EDGES),
      fill: Number(isFill && hits.length > 0),
    };
  });
}

/** Strokes of the toms in a bar; of the snare, and of what keeps time, from `half` on. */
function countsOf(hits: readonly Hit[], half: number) {
  const counts = { toms: 0, snares: 0, cymbals: 0 };
  for (const { at, drum } of hits) {
    const kind = CLASS_OF[drum]!;
    if (TOMS.has(kind)) counts.toms++;
    else if (at >= half && kind === SNARE) counts.snares++;
    else if (at >= half && kind !== 0 && kind !== CRASH && kind <= RIDE) counts.cymbals++;
  }
  return counts;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A bar: its hits, and what could be said of it before. */
export interface PlannedBar {
  readonly hits: readonly Hit[];
  readonly plan: BarPlan;
}

/** The bars of a piece, from its beginning to the bar of its last hit. */
export function barsOf(piece: DrumPiece): PlannedBar[] {
  const { hits, beatsABar } = piece;
  const last = hits.at(-1);
  const count = last === undefined ? 0 : 1 + Math.floor(last.at / beatsABar);
  const bars = Array.from({ length: count }, (): Hit[] => []);
  for (const hit of hits) bars[Math.floor(hit.at / beatsABar)]!.push(hit);
  const plans = plansOf(bars, piece);
  return bars.map((hits, bar) => ({ hits, plan: plans[bar]! }));
}
