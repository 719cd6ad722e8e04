/** A candidate for a gap, with the cost to the network of its tokens and of the kept music to its right, in nats. */
interface Choosable {
  readonly tokens: readonly number[];
  readonly inside: number;
  readonly right: number;
}

/** Scores a whole tune, higher is better; null if it cannot be judged. */
export type JudgeTune = (tokens: readonly number[]) => number | null;

/**
 * Weight of a nat of a filling and the kept music to its right, beside the judge. Measured on 40 gaps of two or three bars in
 * held-out tunes: with 0 the judge's favourites agree with the original bars in 24 % of their tokens, with 0.05 in 42 %, the
 * likeliest in 43 %; the share of tunes with a veto falls from 12 % to 3 %.
 */
const NAT = 0.05;
/** Judging is slow: judging only the likelier half of 32 candidates lost nothing by the measure of other critics. */
const MOST_JUDGED = 16;

/**
 * Chooses one of `fillings`, and not `original` unless it is the only one. With a judge: the best whole tune, with likelihood
 * counted in; otherwise the likeliest together with what follows. The first wins a tie.
 */
export function choose<T extends Choosable>(
  fillings: readonly T[],
  original: readonly number[],
  judge: (filling: T) => number | null,
): T {
  const others = differentOnes(fillings).filter(({ tokens }) => tokens.join() !== original.join());
  const open = (others.length > 0 ? others : [...fillings]).sort((a, b) => costOf(a) - costOf(b));
  const worth = open
    .slice(0, MOST_JUDGED)
    .map((filling) => ({ filling, worth: (judge(filling) ?? 0) - NAT * costOf(filling) }));
  return worth.reduce((best, other) => (other.worth > best.worth ? other : best)).filling;
}

function costOf({ inside, right }: Choosable): number {
  return inside + right;
}

/** Removes duplicates; keeps the first of each. */
function differentOnes<T extends Choosable>(fillings: readonly T[]): T[] {
  const said = new Map<string, T>();
  for (const filling of fillings) {
    const key = filling.tokens.join();
    if (!said.has(key)) said.set(key, filling);
  }
  return [...said.values()];
}
