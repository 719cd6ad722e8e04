import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readMidi } from '../../music/midi/index.js';
import type { SessionEvent } from '../../session/events.js';
import type { TakeRecord } from '../../session/take.js';
import type { SavedState } from '../states/saved-state.js';
import { systemDisk } from './disk.js';
import type { TakeHeader } from './header.js';
import { takeRecord } from './schema.js';
import { type TakeState, TakeWriter } from './take-writer.js';
import { SmallDisk } from './testing/small-disk.js';

const HEADER: TakeHeader = {
  type: 'take',
  version: 2,
  date: '2026-01-01',
  setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 1 },
  pluginVersion: '1.0.0',
  modelHash: 'h',
  mode: 'answer',
  time: 0,
};
const STATE = {
  date: '2026-01-01',
  setup: HEADER.setup,
  time: 1,
  members: [],
  name: 'x'.repeat(300),
} as SavedState;
const START: TakeRecord = { type: 'command', time: 0, command: { type: 'start' } };
const REST: SessionEvent = { type: 'phase', time: 0, phase: 'waiting' };

function written(disk: SmallDisk, mostWaiting?: number) {
  const states: TakeState[] = [];
  const clock = { now: 0 };
  const writer = new TakeWriter({
    ...{ disk, parent: '/takes', header: HEADER, now: () => clock.now },
    changed: (state) => states.push(state),
    ...(mostWaiting !== undefined && { mostWaiting }),
  });
  /** A note that is played at the time, and tokens that come of it. */
  const play = (time: number) => {
    clock.now = time;
    const event = { type: 'noteOn', time, pitch: 60, velocity: 80 } as const;
    const off = { type: 'noteOff', id: time, time: time + 0.5 } as const;
    writer.add(
      [{ ...event, id: time, voice: 'player' }, off],
      [
        { type: 'input', time, event },
        { type: 'fed', tokens: [1, 2, 3] },
      ],
    );
  };
  const rest = (time: number) => {
    clock.now = time;
    writer.add([{ ...REST, time }], []);
  };
  return { writer, clock, states, play, rest };
}

const parsed = (disk: SmallDisk) => {
  const lines = disk.lines('take.jsonl');
  expect(lines.pop()).toBe('');
  const [header, ...records] = lines.map((line) => JSON.parse(line));
  expect(header).toEqual(HEADER);
  return records.map((record) => takeRecord.parse(record));
};

describe('TakeWriter', () => {
  it('writes nothing, and makes no folder, before something is played', () => {
    const disk = new SmallDisk();
    const { writer, states } = written(disk);
    writer.add([REST], [START]);
    writer.close({ 'tune.abc': 'X:1' });
    expect([disk.folders, [...disk.files.keys()], states]).toEqual([[], [], []]);
  });

  it('writes a moment before the records that go back to it, on a full disk too, and removes one that none needs', () => {
    const disk = new SmallDisk();
    const { writer, clock, play } = written(disk);
    const file = (id: string) => disk.files.get(`${disk.folders[0]}/moments/${id}.state`);
    const recall = { type: 'command', time: 2, command: { type: 'recall', id: 'a' } } as const;
    writer.moment('a', STATE);
    play(1);
    expect(file('a')).toBeDefined();
    writer.moment('b', STATE);
    writer.add([], [recall]);
    for (const id of ['a', 'b']) writer.dropMoment(id);
    expect([file('a') === undefined, file('b') === undefined]).toEqual([false, true]);
    // No room for the moment: the record that needs it waits, although it is small.
    const used = [...disk.files.values()].reduce((sum, { length }) => sum + length, 0);
    disk.room = used + 200;
    writer.moment('c', STATE);
    writer.add([], [{ ...recall, time: 3, command: { type: 'recall', id: 'c' } }]);
    expect(
      parsed(disk).some(
        (record) => record.type === 'command' && 'id' in record.command && record.command.id === 'c',
      ),
    ).toBe(false);
    disk.room = Number.POSITIVE_INFINITY;
    clock.now = 4;
    writer.retry();
    expect(file('c')).toBeDefined();
    expect(parsed(disk)).toContainEqual({ ...recall, time: 3, command: { type: 'recall', id: 'c' } });
  });

  it('writes each batch at once, the notes where a turn ends, the tune in the end', () => {
    const disk = new SmallDisk();
    const { writer, states, play, rest } = written(disk);
    writer.add([], [START]);
    play(1);
    expect(parsed(disk).map(({ type }) => type)).toEqual(['command', 'input', 'fed']);
    rest(3);
    const midi = () => readMidi(disk.files.get(`${disk.folders[0]}/take.mid`)!);
    expect(midi().tracks.flatMap(({ notes }) => notes).length).toBe(1);
    play(4);
    rest(7);
    expect(midi().tracks.flatMap(({ notes }) => notes).length).toBe(1); // too soon after the last one
    writer.close({ 'tune.abc': 'X:1' });
    expect(midi().tracks.flatMap(({ notes }) => notes).length).toBe(2);
    expect(disk.lines('tune.abc')).toEqual(['X:1']);
    expect(states).toEqual([{ folder: disk.folders[0], failure: null }]);
  });

  it('says once that it cannot write, tries again when it is told to, and loses nothing that could wait', () => {
    const disk = new SmallDisk(500);
    const { writer, states, clock, play } = written(disk);
    writer.add([], [START]);
    for (let time = 1; time <= 20; time++) play(time);
    expect(states.map(({ failure }) => failure)).toEqual([null, expect.stringContaining('ENOSPC')]);
    expect(states[1]!.failure).toContain(disk.folders[0]);
    const tried = disk.refused;
    play(21);
    expect(disk.refused).toBe(tried); // not at each note
    writer.retry();
    expect(disk.refused).toBe(tried + 1);
    disk.room = 1e6;
    clock.now = 30;
    writer.retry();
    expect(states.at(-1)!.failure).toBeNull();
    play(31);
    const records = parsed(disk);
    const times = records.flatMap((record) => (record.type === 'input' ? [record.time] : []));
    expect(times).toEqual([...Array.from({ length: 21 }, (_, index) => index + 1), 31]);
    const gap = records.findIndex(({ type }) => type === 'gap');
    expect(records[gap]).toEqual({ type: 'gap', from: expect.any(Number), to: 30, lost: 0, length: 64 });
    expect(times[times.length - 1]).toBe(31);
    expect(records[gap + 1]).toMatchObject({ type: 'input', time: 31 });
    expect(states.length).toBe(3);
  });

  it('says how much was lost where too much had to wait, and where the stream then stands', () => {
    const disk = new SmallDisk(500);
    const { writer, clock, play } = written(disk, 300);
    for (let time = 1; time <= 20; time++) play(time);
    disk.room = 1e6;
    clock.now = 21;
    writer.retry();
    play(22);
    const records = parsed(disk);
    const kept = records.filter(({ type }) => type === 'input').length;
    expect(kept).toBeLessThan(20);
    const fed = records.filter(({ type }) => type === 'fed').length;
    const [gap] = records.filter((record) => record.type === 'gap');
    expect(gap).toMatchObject({ to: 21, lost: 42 - kept - fed, length: 61 });
  });

  it('makes the folder and writes the notes as soon as it can', () => {
    const disk = new SmallDisk(0);
    const { writer, states, play, rest } = written(disk);
    play(1);
    rest(8);
    expect(states).toEqual([{ folder: null, failure: expect.stringContaining('ENOSPC') }]);
    disk.room = 1e6;
    writer.retry();
    expect(states.at(-1)).toEqual({ folder: disk.folders[0], failure: null });
    expect([...disk.files.keys()].map((path) => path.split('/').at(-1))).toEqual(['take.jsonl', 'take.mid']);
    expect(parsed(disk).map(({ type }) => type)).toEqual(['input', 'fed', 'gap']);
  });

  it('shares its log with no other host that begins in the same millisecond', () => {
    const parent = mkdtempSync(join(tmpdir(), 'continuo-same-'));
    vi.useFakeTimers({ toFake: ['Date'], now: 1.7e12 });
    try {
      const folders = [1, 2, 3].map(() => {
        const disk = systemDisk;
        const states: TakeState[] = [];
        const writer = new TakeWriter({
          ...{ disk, parent, header: HEADER, now: () => 1, changed: (state) => states.push(state) },
        });
        writer.add([], [{ type: 'sampled', branch: 0, tokens: [1] }]);
        writer.close();
        return states[0]!.folder!;
      });
      expect(new Set(folders).size).toBe(3);
      for (const folder of folders)
        expect(readFileSync(join(folder, 'take.jsonl'), 'utf8').trimEnd().split('\n').length).toBe(2);
    } finally {
      vi.useRealTimers();
      rmSync(parent, { recursive: true });
    }
  });

  it('says anew where the reason is another one, and not where it is the same', () => {
    const disk = new SmallDisk();
    const { writer, states, play } = written(disk);
    play(1);
    let reason = "ENOSPC: no space left on device, open '/takes/1.part'";
    disk.replace = () => {
      throw new Error(reason);
    };
    writer.add([REST], []);
    reason = "ENOSPC: no space left on device, open '/takes/2.part'";
    writer.retry();
    reason = 'EROFS: read-only file system, write';
    writer.retry();
    const where = `The take cannot be written in ${disk.folders[0]}`;
    expect(states.slice(-2).map(({ failure }) => failure)).toEqual([
      `${where}: ENOSPC: no space left on device. It is tried again each second.`,
      `${where}: EROFS: read-only file system. It is tried again each second.`,
    ]);
  });

  it('is not recording while the notes cannot be written, though the log can', () => {
    const disk = new SmallDisk();
    const { writer, states, play, rest } = written(disk);
    play(1);
    disk.room = [...disk.files.values()][0]!.length + 50;
    rest(8);
    expect(states.at(-1)!.failure).toContain('ENOSPC');
    disk.room = 1e6;
    writer.close();
    expect(states.at(-1)!.failure).toBeNull();
    expect(disk.lines('take.mid').length).toBeGreaterThan(0);
  });
});

describe('a take on a disk that others use too', () => {
  const parent = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
  afterAll(() => rmSync(parent, { recursive: true }));

  /** A take that was begun, where it is, and what was said of it last. */
  function begun() {
    const states: TakeState[] = [];
    const writer = new TakeWriter({
      ...{ disk: systemDisk, parent, header: HEADER, now: () => 0 },
      changed: (state) => states.push(state),
    });
    const input = { type: 'input', time: 0, event: { type: 'pedal', time: 0, down: true } } as const;
    const play = () => writer.add([], [input]);
    play();
    const last = () => states.at(-1)!;
    expect(last().failure).toBeNull();
    return { writer, play, last, folder: last().folder!, log: join(last().folder!, 'take.jsonl') };
  }

  it.each([
    ['its folder is removed', ({ folder }) => rmSync(folder, { recursive: true }), 'it was removed'],
    ['its log is removed', ({ log }) => rmSync(log), 'it was removed'],
    ['its log is cut short', ({ log }) => truncateSync(log), 'cut it short'],
  ] satisfies [string, (take: ReturnType<typeof begun>) => void, string][])(
    'is not recording once %s, and does not say that it tries again; the notes are kept where they can',
    (_, spoil, words) => {
      const take = begun();
      spoil(take);
      take.play();
      take.writer.retry();
      expect(take.last().failure).toMatch(new RegExp(`${words}.* Choose a model to begin another take\\.$`));
      take.writer.close();
      expect(take.last().failure).toContain(words);
      expect(existsSync(join(take.folder, 'take.mid'))).toBe(existsSync(take.folder));
    },
  );

  it('goes on in its log where it is moved to, and is whole once it is back', () => {
    const { writer, play, last, folder } = begun();
    const elsewhere = `${folder}-elsewhere`;
    renameSync(folder, elsewhere);
    play();
    expect(last().failure).toMatch(
      /moved while it was written, and goes on only in its log, where that is now/,
    );
    renameSync(elsewhere, folder);
    writer.retry();
    expect(last().failure).toBeNull();
    renameSync(folder, elsewhere);
    play();
    writer.close();
    const lines = readFileSync(join(elsewhere, 'take.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.length).toBe(4);
    expect(last().failure).toContain('it was moved');
  });
});
