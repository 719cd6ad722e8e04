/** A function to be timed. */
export interface Contestant {
  readonly name: string;
  /** Timed calls in each round, each timed alone. */
  readonly calls: number;
  readonly run: () => void;
}

/** Statistics of a contestant's timed calls, in milliseconds. */
export interface Timing {
  readonly median: number;
  readonly fastest: number;
}

/**
 * Times the contestants in interleaved rounds, since the machine's speed varies with its load: a slow spell then affects all of
 * them. The first call in each round, which warms the caches, is not timed.
 */
export function timeInRounds<Name extends string>(
  contestants: readonly (Contestant & { readonly name: Name })[],
  rounds: number,
): Record<Name, Timing> {
  const times = new Map<Name, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -3; round < rounds; round++)
    for (const { name, calls, run } of contestants) {
      run();
      for (let call = 0; call < calls; call++) {
        const began = performance.now();
        run();
        const took = performance.now() - began;
        if (round >= 0) times.get(name)!.push(took); // before that the compilers are at work
      }
    }
  return Object.fromEntries([...times].map(([name, all]) => [name, summary(all)])) as Record<Name, Timing>;
}

function summary(times: number[]): Timing {
  const sorted = times.sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, fastest: sorted[0]! };
}
