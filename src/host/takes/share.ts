/**
 * Takes what waits, so many at most; whether more may be waiting. A worker takes its messages like this: between two shares it
 * sends what is due, however many wait, and none of them is lost.
 */
export function takeShare<T>(most: number, next: () => T | undefined, take: (one: T) => void): boolean {
  for (let taken = 0; taken < most; taken++) {
    const one = next();
    if (one === undefined) return false;
    take(one);
  }
  return true;
}
