const MASK = (1n << 64n) - 1n;
const GAMMA = 0x9e3779b97f4a7c15n;

/** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
function mix(value: bigint): bigint {
  let z = value & MASK;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

/**
 * Counter-based random numbers: the `index`th number, in [0, 1), of a branch of a seed. All three are integers. It is
 * SplitMix64, whose state is a counter, started at a hash of (seed, branch), so a rollback needs only the index. Equal arguments
 * give equal numbers on every machine.
 */
export function uniform(seed: number, branch: number, index: number): number {
  const start = mix(mix(BigInt(seed) + GAMMA) ^ BigInt(branch));
  return Number(mix(start + (BigInt(index) + 1n) * GAMMA) >> 11n) * 2 ** -53;
}
