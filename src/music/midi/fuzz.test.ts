import fc from 'fast-check';
import { parseMidi } from 'midi-file';
import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { chunk, END, file, type RawEvent, track } from '../testing/midi-bytes.js';
import { voices } from '../testing/voices.js';
import { parseMidiFile } from './parse.js';
import type { MidiPiece } from './piece.js';
import { readMidi } from './read.js';
import { MidiWarnings } from './warnings.js';
import { writeMidi } from './write.js';

/** Reads, or is refused as files are refused; anything else that is thrown fails the test. */
function attempt(bytes: Uint8Array): MidiPiece | null {
  try {
    return readMidi(bytes);
  } catch (error) {
    if (error instanceof ContinuoError) return null;
    throw error;
  }
}

function expectSound(piece: MidiPiece | null): void {
  for (const { notes, pedal } of piece?.tracks ?? []) {
    for (const { pitch, velocity, start, end } of notes) {
      const legal =
        pitch >= 0 && pitch <= 127 && velocity >= 1 && velocity <= 127 && start >= 0 && end > start;
      if (!legal || !Number.isFinite(end)) expect({ pitch, velocity, start, end }).toBe('a legal note');
    }
    expect(notes.every((note, index) => index === 0 || note.start >= notes[index - 1]!.start)).toBe(true);
    expect(pedal.every((move, index) => move.down !== (pedal[index - 1]?.down ?? false))).toBe(true);
  }
}

const whole = voices().map((voice) => writeMidi([{ ...voice, channel: 0 }]));

/** No text in them, which may be anything. */
const nameless = voices().map((voice) => writeMidi([{ ...voice, name: '', channel: 0 }]));

describe('readMidi, whatever the bytes,', () => {
  it('reads or refuses files with bytes changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(whole, changes, (bytes, list) => {
        const changed = bytes.slice();
        for (const [position, value] of list) changed[position % bytes.length] = value;
        expectSound(attempt(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads or refuses files with bytes taken out or put in', () => {
    const patch = fc.uint8Array({ maxLength: 8 });
    fc.assert(
      fc.property(whole, fc.nat(), fc.nat({ max: 8 }), patch, (bytes, where, cut, put) => {
        const position = where % bytes.length;
        expectSound(
          attempt(Uint8Array.from([...bytes.slice(0, position), ...put, ...bytes.slice(position + cut)])),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps all that was whole of a file cut off', () => {
    fc.assert(
      fc.property(whole, fc.nat(), (bytes, where) => {
        const all = attempt(bytes)!.tracks[0]!.notes;
        const some = attempt(bytes.slice(0, where % bytes.length))?.tracks[0]?.notes ?? [];
        const heads = (notes: typeof all) =>
          notes.map(({ pitch, velocity, start }) => [pitch, velocity, start]);
        expect(heads(some)).toEqual(heads(all).slice(0, some.length));
      }),
      { numRuns: 500 },
    );
  });

  it('reads or refuses any bytes after a header', () => {
    const header = [
      0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 1, 0, 1, 1, 0xe0, 0x4d, 0x54, 0x72, 0x6b, 0, 0, 1, 0,
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        expectSound(attempt(Uint8Array.from([...header, ...bytes]))),
      ),
      { numRuns: 2000 },
    );
  });

  it('begins the notes that midi-file begins, wherever that reads a changed file in which all is legal', () => {
    let read = 0;
    fc.assert(
      fc.property(nameless, fc.nat(), fc.integer({ min: 0, max: 255 }), (bytes, where, value) => {
        const changed = bytes.slice();
        changed[FIRST_TRACK + (where % (bytes.length - FIRST_TRACK))] = value;
        const theirs = legalNotes(changed);
        if (theirs === null) return;
        read++;
        const ours = notesInTicks(changed);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 3000, seed: 13 },
    );
    expect(read).toBeGreaterThan(1000);
  });

  it('loses at most a few notes to a byte, wherever it is', () => {
    let bytesChanged = 0;
    let lost = 0;
    fc.assert(
      fc.property(song, fc.nat(), fc.integer({ min: 0, max: 255 }), (bytes, where, value) => {
        const changed = bytes.slice();
        changed[FIRST_TRACK + (where % (bytes.length - FIRST_TRACK))] = value;
        const heads = new Set(headsOf(changed).map(String));
        const missing = headsOf(bytes).filter((head) => !heads.has(String(head))).length;
        bytesChanged++;
        lost += missing;
      }),
      { numRuns: 1500, seed: 13 },
    );
    expect(lost / bytesChanged).toBeLessThan(LOST_A_BYTE);
  });

  it.each<[string, boolean, number]>([
    ['that says its statuses', false, 1],
    ['in running status', true, 10],
  ])('gets into step again after a byte too few or too many in a track %s', (_what, running, most) => {
    const events = Array.from({ length: 100 }, (_, index): RawEvent[] => {
      const pitch = 50 + ((index * 7) % 24);
      const [on, off]: RawEvent[] = [
        [30, 0x90, pitch, 64 + (index % 40)],
        [200 + index, 0x90, pitch, 0],
      ];
      return running && index > 0
        ? [without(on!), without(off!)]
        : running
          ? [on!, without(off!)]
          : [on!, off!];
    }).flat();
    const whole = [...file([track(...events, END)])];
    const heads = headsOf(Uint8Array.from(whole));
    expect(heads).toHaveLength(100);
    let lost = 0;
    let tries = 0;
    for (let at = FIRST_TRACK; at < whole.length; at += 3) {
      for (const put of [[], [whole[at]!, 0x30], [whole[at]!, 0xc0]]) {
        const changed = Uint8Array.from([...whole.slice(0, at), ...put, ...whole.slice(at + 1)]);
        lost += heads.length - common(heads, headsOf(changed));
        tries++;
      }
    }
    expect(lost / tries).toBeLessThan(most);
  });

  it('reads or refuses a header of any bytes before a track', () => {
    const track = [...writeMidi([{ name: '', channel: 0, events: SCALE }])].slice(14);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (words) =>
        expectSound(attempt(Uint8Array.from([0x4d, 0x54, 0x68, 0x64, ...words, ...track]))),
      ),
      { numRuns: 500 },
    );
  });

  it('reads bytes that look like events at any place in time that grows with their number', () => {
    // Each of these could be the beginning of an event, and none is: what is searched for is searched for once.
    for (const unit of [
      [0x90],
      [0x00, 0xff, 0x01, 0x7f],
      [0x00, 0xf0, 0x7f],
      [0x81, 0xf5],
      [0xff],
      [0x00, 0x90],
    ]) {
      const body = Array.from({ length: 200_000 }, (_, index) => unit[index % unit.length]!);
      expectSound(attempt(file([chunk('MTrk', body)])));
    }
  }, 20_000);
});

/** After the header. */
const FIRST_TRACK = 14 + 8;
/** Mean number of notes that begin at another pitch than before, or not at all, for each byte changed. */
const LOST_A_BYTE = 1.5;

const SCALE = Array.from({ length: 40 }, (_, index) => ({
  pitch: 40 + index,
  velocity: 64,
  start: index / 4,
  end: index / 4 + 0.2,
}));
const song = fc.constant(writeMidi([{ name: 'a scale', channel: 0, program: 0, events: SCALE }]));

function without([delta, , ...data]: RawEvent): RawEvent {
  return [delta, ...data];
}

/** How many of some pitches are found among others. */
function common(some: readonly number[], others: readonly number[]): number {
  const left = [...others];
  return some.filter((pitch) => left.includes(pitch) && left.splice(left.indexOf(pitch), 1)).length;
}

/** Pitches in the order in which they begin. */
function headsOf(bytes: Uint8Array): number[] {
  return attempt(bytes)?.tracks.flatMap(({ notes }) => notes.map(({ pitch }) => pitch)) ?? [];
}

/** Where notes begin, as midi-file has it; null where it throws, may not come back, or reads what cannot be in a file. */
function legalNotes(bytes: Uint8Array): string[] | null {
  // A number of so many bytes overflows there, and it may read backwards for ever.
  if (/[\x80-\xff]{4}/.test(String.fromCharCode(...bytes))) return null;
  let tracks: ReturnType<typeof parseMidi>['tracks'];
  try {
    ({ tracks } = parseMidi(bytes));
  } catch {
    return null;
  }
  const numbers = (event: object) =>
    Object.values(event).filter((value): value is number => typeof value === 'number');
  for (const events of tracks) {
    if (events.at(-1)?.type !== 'endOfTrack') return null;
    if (events.slice(0, -1).some(({ type }) => type === 'endOfTrack')) return null;
    for (const { deltaTime, ...event } of events) {
      const channelEvent = 'channel' in event && event.type !== 'channelPrefix';
      if (deltaTime > 0xfffff || numbers(event).some(Number.isNaN)) return null;
      if (channelEvent && event.type !== 'pitchBend' && numbers(event).some((value) => value > 127))
        return null;
      if (event.type === 'pitchBend' && Math.abs(event.value) > 0x2000) return null;
    }
  }
  return tracks
    .flatMap((events, track) => {
      let tick = 0;
      return events.flatMap((event) => {
        tick += event.deltaTime;
        return event.type === 'noteOn' ? [`${track} ${event.channel} ${event.noteNumber} ${tick}`] : [];
      });
    })
    .sort();
}

function notesInTicks(bytes: Uint8Array): string[] {
  const { tracks } = parseMidiFile(bytes, new MidiWarnings());
  return tracks
    .flatMap(({ index, notes }) =>
      notes.map(({ channel, pitch, start }) => `${index} ${channel} ${pitch} ${start}`),
    )
    .sort();
}
