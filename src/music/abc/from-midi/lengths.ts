/** 1, 2, 3, 4, 6, 7, 8, 12 … of whatever unit: notes that are plain, dotted or twice dotted. */
export function isNote(units: number): boolean {
  let odd = units;
  while (odd > 1 && odd % 2 === 0) odd /= 2;
  return odd === 1 || odd === 3 || odd === 7;
}

export function isPowerOfTwo(number: number): boolean {
  return 2 ** Math.round(Math.log2(number)) === number;
}
