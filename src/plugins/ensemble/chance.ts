/** A number in [0, 1) that follows from the tokens so far alone, so that the same music comes of the same tokens. */
export interface Chance {
  readonly seed: number;
}

/** With one more token. (FNV-1a on 32 bits.) */
export function stirred({ seed }: Chance, token: number): Chance {
  return { seed: Math.imul((seed ^ token) >>> 0, 16777619) >>> 0 };
}

/** The `index`th number of a moment. (The finaliser of MurmurHash3.) */
export function chanceOf({ seed }: Chance, index: number): number {
  let bits = (seed + Math.imul(index + 1, 0x9e3779b9)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** Chooses by weights; of none that weighs anything, the first. null where there is none. */
export function choose<T>(
  all: readonly { readonly value: T; readonly weight: number }[],
  chance: number,
): T | null {
  const sum = all.reduce((total, { weight }) => total + weight, 0);
  let rest = chance * sum;
  for (const { value, weight } of all) {
    rest -= weight;
    if (rest < 0) return value;
  }
  return all[0]?.value ?? null;
}
