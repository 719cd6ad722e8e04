/** MIDI files written byte by byte, right and wrong, for tests. */

/** A delta time and the bytes of an event. */
export type RawEvent = readonly [delta: number, ...bytes: number[]];

export const END: RawEvent = [0, 0xff, 0x2f, 0];

export function on(delta: number, pitch: number, velocity = 64, channel = 0): RawEvent {
  return [delta, 0x90 | channel, pitch, velocity];
}

export function off(delta: number, pitch: number, channel = 0): RawEvent {
  return [delta, 0x80 | channel, pitch, 0];
}

export function control(delta: number, controller: number, value: number, channel = 0): RawEvent {
  return [delta, 0xb0 | channel, controller, value];
}

export function tempo(delta: number, microseconds: number): RawEvent {
  return [delta, 0xff, 0x51, 3, (microseconds >> 16) & 0xff, (microseconds >> 8) & 0xff, microseconds & 0xff];
}

export function chunk(id: string, body: readonly number[], length = body.length): number[] {
  const letters = [...id].map((letter) => letter.charCodeAt(0));
  return [...letters, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff, ...body];
}

export function track(...events: RawEvent[]): number[] {
  const body = events.flatMap(([delta, ...bytes]) => [...variableLength(delta), ...bytes]);
  return chunk('MTrk', body);
}

/** A file whose header is right. `division` of 1000 makes a tick half a millisecond at 120 bpm. */
export function file(
  tracks: readonly number[][],
  { format = 1, division = 480, promised = tracks.length } = {},
): Uint8Array {
  const header = chunk('MThd', [0, format, promised >> 8, promised & 0xff, division >> 8, division & 0xff]);
  return Uint8Array.from([...header, ...tracks.flat()]);
}

function variableLength(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift(128 + (rest % 128));
  return bytes;
}
