/** Whether a plain, dotted or double-dotted note can be that many units long: 1, 2, 3, 4, 6, 7, 8, 12, … */
export function isNote(units: number): boolean {
  let odd = units;
  while (odd > 1 && odd % 2 === 0) odd /= 2;
  return odd === 1 || odd === 3 || odd === 7;
}

export function isPowerOfTwo(number: number): boolean {
  return 2 ** Math.round(Math.log2(number)) === number;
}
