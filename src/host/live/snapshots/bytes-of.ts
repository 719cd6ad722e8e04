/** What a value other than a typed array takes in memory, about. */
const VALUE = 16;

/** How much memory plain data takes, about, in bytes. */
export function bytesOf(data: unknown): number {
  if (typeof data === 'string') return VALUE + 2 * data.length;
  if (typeof data !== 'object' || data === null) return VALUE;
  if (ArrayBuffer.isView(data)) return VALUE + data.byteLength;
  let bytes = VALUE;
  const parts =
    data instanceof Map ? [...data].flat() : data instanceof Set ? [...data] : Object.values(data);
  for (const part of parts) bytes += bytesOf(part);
  return bytes;
}
