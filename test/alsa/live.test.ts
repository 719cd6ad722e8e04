import { beforeAll, expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { runInVm } from './vm.js';

interface Notices {
  readonly notices: readonly string[];
  readonly seconds: number;
}
interface Loop {
  readonly said: number;
  readonly answers: number;
  /** Of the player's key. */
  readonly strokes: number;
  readonly releases: number;
  readonly notes: number;
}
interface Results {
  readonly loop: Loop & { readonly wired: number };
  readonly throughLoop: Loop;
  readonly briefIn: Notices;
  readonly briefOut: Notices & { readonly first: readonly number[][] };
  readonly goneAndBack: {
    readonly lost: readonly string[];
    readonly back: readonly string[];
    readonly seconds: number;
    readonly heard: number;
  };
  readonly peerLeaves: { readonly seconds: number };
  readonly overrun: { readonly said: readonly string[] };
  readonly through: Readonly<
    Record<'twice' | 'notesOff' | 'soundOff' | 'moved' | 'drums', readonly number[][]>
  >;
  readonly flapping: { readonly before: number; readonly after: number };
  readonly start: { readonly connected: number; readonly code: number };
  readonly sensing: { readonly said: number; readonly heard: readonly number[][] };
  readonly atEnd: readonly number[][];
  readonly ended: number;
  readonly guest: number;
}

/**
 * Seconds. A player is to wait for one at most, of which a quarter is the time between two looks; the machine is emulated, ten
 * times slower, and took 0.1 to 0.5 s by itself, 1.03 s beside other work.
 */
const SOON = 3;

describeWith('an ALSA sequencer (CONTINUO_ALSA_VM)', 'a jam whose ports go and come', (vm) => {
  let results: Results;

  beforeAll(async () => {
    const run = await runInVm(vm, 'node test/alsa/live.mjs "$OUT"', 900);
    if (!run.files.has('results.json')) throw new Error(`status ${run.status}:\n${run.output}`);
    results = JSON.parse(String(run.files.get('results.json')));
  }, 930_000);

  it('a pitch on two channels sounds until both let go', () => {
    expect(results.through.twice.map(([status, key]) => [status, key])).toEqual([
      [0x90, 0x48],
      [0x80, 0x48],
      [0x90, 0x48],
      [0x80, 0x48],
    ]);
  });

  it.each(['notesOff', 'soundOff'] as const)('%s ends the keys, and the pedal comes up', (name) => {
    expect(
      results.through[name]
        .slice(3)
        .map(([status, data, value]) => [status, data, status === 0x80 ? 0 : value]),
    ).toEqual([
      [0x80, 0x34, 0],
      [0x80, 0x30, 0],
      [0xb0, 64, 0],
    ]);
  });

  it('pedal, program and pressure go through; drums are not heard', () => {
    expect(results.through.moved).toEqual([
      [0xb0, 64, 127],
      [0x90, 60, 80],
      [0x80, 60, 64],
      [0xb0, 64, 0],
      [0xc0, 5],
      [0xd0, 9],
    ]);
    expect(results.through.drums).toEqual([]);
  });

  it('a keyboard that sent active sensing and fell silent has let go of its keys', () => {
    expect(results.sensing).toEqual({
      said: 0,
      heard: [
        [0x90, 0x3c, 80],
        [0x90, 0x3e, 80],
        ...Array.from({ length: 16 }, (_, channel) => [0xb0 | channel, 123, 0]),
      ],
    });
  });

  it('what was moved is put back at the end', () => {
    expect(results.atEnd).toContainEqual([0xe0, 0, 64]);
    expect(results.atEnd).toContainEqual([0xb0, 1, 0]);
  });

  it('a keyboard that is closed and opened again at once is heard again, its key comes up, and it is said', () => {
    expect(results.briefIn).toEqual({ notices: ['PORT_LOST', 'PORT_BACK'], seconds: expect.any(Number) });
    expect(results.briefIn.seconds).toBeLessThan(SOON);
  });

  it('so is a synth, which is told first to end what it may still hold', () => {
    const { notices, seconds, first } = results.briefOut;
    expect(notices).toEqual(['PORT_LOST', 'PORT_BACK']);
    expect(seconds).toBeLessThan(SOON);
    expect(first).toEqual([[0x80, 64, 64], ...[64, 64, 123, 120].map((controller) => [0xb0, controller, 0])]);
  });

  it('both are connected again after five seconds away, under other numbers, and every note is heard', () => {
    const { lost, back, seconds, heard } = results.goneAndBack;
    expect(lost).toEqual(['PORT_LOST', 'PORT_LOST']);
    expect(back).toEqual(['PORT_BACK', 'PORT_BACK']);
    expect(seconds).toBeLessThan(SOON);
    expect(heard).toBe(6);
  });

  it('a plug that is loose leaves no client of the sequencer behind', () => {
    expect(results.flapping.after).toBe(results.flapping.before);
  });

  it('start connects a keyboard again too, and says so', () => {
    expect(results.start).toEqual({ connected: 1, code: 143 });
  });

  it('a program that leaves our own port with a key down lets go of it', () => {
    expect(results.peerLeaves.seconds).toBeLessThan(SOON);
  });

  it('what is lost while the program reads nothing is said, and the key whose release was lost comes up', () => {
    expect(results.overrun.said).toEqual([expect.stringMatching(/"Continuo \(virtual\)".*\d+ messages/)]);
  });

  it('an output that is wired into the input is noticed, said and cut: one answer to one key', () => {
    expect(results.loop).toMatchObject({ wired: 0, said: 1, answers: 1, strokes: 1, releases: 1 });
    expect(results.loop.notes).toBeGreaterThan(0);
  });

  it('so is one through a port that hands on', () => {
    // The key is heard twice: as the player sends it, and sent on.
    expect(results.throughLoop).toMatchObject({ said: 1, answers: 1, strokes: 2, releases: 2 });
    expect(results.throughLoop.notes).toBeGreaterThan(0);
  });

  it('ends in order when it is told to', () => {
    expect([results.ended, results.guest]).toEqual([143, 143]);
  });
});
