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
  readonly ended: number;
  readonly guest: number;
}

/** What a player may wait for, in seconds. The machine is emulated: a quarter of a second is the time between two looks. */
const SOON = 1;

describeWith('an ALSA sequencer (CONTINUO_ALSA_VM)', 'a jam whose ports go and come', (vm) => {
  let results: Results;

  beforeAll(async () => {
    const run = await runInVm(vm, 'node test/alsa/live.mjs "$OUT"', 900);
    if (!run.files.has('results.json')) throw new Error(`status ${run.status}:\n${run.output}`);
    results = JSON.parse(String(run.files.get('results.json')));
  }, 930_000);

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

  it('a program that leaves our own port with a key down lets go of it', () => {
    expect(results.peerLeaves.seconds).toBeLessThan(SOON);
  });

  it('an output that is wired into the input is noticed, said and cut: one answer to one key', () => {
    expect(results.loop).toMatchObject({ wired: 0, said: 1, answers: 1, strokes: 1 });
    expect(results.loop.notes).toBeGreaterThan(1);
  });

  it('so is one through a port that hands on', () => {
    // The key is heard twice: as the player sends it, and sent on.
    expect(results.throughLoop).toMatchObject({ said: 1, answers: 1, strokes: 2 });
    expect(results.throughLoop.notes).toBeGreaterThan(2);
  });

  it('ends in order when it is told to', () => {
    expect([results.ended, results.guest]).toEqual([143, 143]);
  });
});
