/**
 * Takes up to `most` waiting items, and returns whether more may be waiting. A worker reads its messages in shares, so that it sends
 * what is due between them, however many wait.
 */
export function takeShare<T>(most: number, next: () => T | undefined, take: (one: T) => void): boolean {
  for (let taken = 0; taken < most; taken++) {
    const one = next();
    if (one === undefined) return false;
    take(one);
  }
  return true;
}
