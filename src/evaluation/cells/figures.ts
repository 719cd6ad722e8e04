import { CELL_WORDS } from './plan.js';
import type { CellComparison, CellResult } from './result.js';

/** Share of the gradient one step back below which it counts as gone. */
export const GONE = 0.01;
/** Share of right answers above which a wait counts as remembered. */
const REMEMBERED = 0.9;

/** The longest lag up to which at least a hundredth of the gradient one step back arrives. */
export function reachOf({ after: { gradients } }: CellResult): number {
  const [first] = gradients.state;
  const gone = gradients.state.findIndex((norm) => !(norm >= GONE * first!));
  return gone === -1 ? gradients.state.length : gone;
}

/** The longest wait up to which nine of ten answers are right; null where no probe was made. */
export function rememberedOf({ probe }: CellResult): number | null {
  if (probe === null) return null;
  const forgot = probe.byWait.findIndex(({ accuracy }) => accuracy < REMEMBERED);
  return probe.byWait[forgot === -1 ? probe.byWait.length - 1 : forgot - 1]?.wait ?? 0;
}

/** The network in words: `LSTM, 2 layers`. */
export function networkWords({ cell, layers }: Pick<CellResult, 'cell' | 'layers'>): string {
  return `${CELL_WORDS[cell]}, ${layers === 1 ? '1 layer' : `${layers} layers`}`;
}

/** A table of all networks, the names of its columns first. */
export function summaryRows({ networks }: CellComparison): string[][] {
  return [
    [
      'network',
      'weights',
      'held out, nats a token',
      'best at update',
      'gradient reaches back, steps',
      'copies after, steps',
      'updates clipped',
      'seconds',
    ],
    ...networks.map((result) => {
      const [reach, remembered] = [reachOf(result), rememberedOf(result)];
      return [
        networkWords(result),
        String(result.weights),
        result.natsPerToken.toFixed(3),
        `${result.bestStep} of ${result.steps}`,
        atLeast(reach, result.after.gradients.state.length),
        remembered === null ? '-' : atLeast(remembered, result.probe!.byWait.at(-1)!.wait),
        `${Math.round(100 * result.clipped)} %`,
        result.seconds.toFixed(0),
      ];
    }),
  ];
}

/** A figure that may be larger than what was measured. */
function atLeast(value: number, most: number): string {
  return value >= most ? `${most} or more` : String(value);
}
