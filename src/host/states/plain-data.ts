/** More values, and deeper ones, than any state has. */
const MOST_VALUES = 2 ** 22;
const DEEPEST = 200;

/**
 * Whether a value is data of the kinds that states are made of, and of bounded size: numbers, texts, lists without holes, objects, maps, sets and
 * typed arrays, each within the others once or more, but none within itself.
 */
export function isPlainData(data: unknown): boolean {
  let left = MOST_VALUES;
  const above = new Set<object>();
  const seen = new Set<object>();
  const check = (value: unknown): boolean => {
    if (--left < 0) return false;
    if (typeof value === 'bigint') return false;
    if (typeof value !== 'object' || value === null) return true;
    if (above.has(value) || above.size >= DEEPEST) return false;
    if (seen.has(value)) return true;
    const parts = partsOf(value, left);
    if (parts === null) return false;
    above.add(value);
    for (const part of parts) if (!check(part)) return false;
    above.delete(value);
    seen.add(value);
    return true;
  };
  return check(data);
}

/** What a value consists of; null where it is of another kind, or has holes or too many parts. */
function partsOf(value: object, most: number): Iterable<unknown> | null {
  if (ArrayBuffer.isView(value)) return [];
  if (Array.isArray(value))
    return value.length <= most && Object.keys(value).length === value.length ? value : null;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return value;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.values(value) : null;
}
