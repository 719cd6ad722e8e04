import { beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { runInVm } from './vm.js';

/** What a synth heard while one engine took another's place. */
interface Change {
  /** Notes that All Notes Off had to end, or that were struck while they sounded. */
  readonly faults: readonly string[];
  readonly told: readonly string[];
  /** In use then. */
  readonly output: string | null;
  /** Clients of the sequencer, more than before. */
  readonly ports: number;
}
interface Results {
  readonly own: Readonly<Record<'model' | 'plugin' | 'die' | 'hang', Change>>;
  readonly moved: { readonly faults: readonly string[]; readonly sounding: number };
  readonly other: Readonly<Record<'plugin' | 'die' | 'hang', Change>>;
  readonly end: { readonly faults: readonly string[]; readonly sounding: number };
  readonly error?: string;
}

describeWith('an ALSA sequencer (CONTINUO_ALSA_VM)', 'a synth whose player changes', (vm) => {
  let results: Results;

  beforeAll(async () => {
    const command = 'node --import ./test/faults/worker-fails.mjs test/alsa/engines.mjs "$OUT"';
    const run = await runInVm(vm, command, 900);
    if (!run.files.has('results.json')) throw new Error(`status ${run.status}:\n${run.output}`);
    results = JSON.parse(String(run.files.get('results.json')));
    if (results.error) throw new Error(`${results.error}\n${run.output}`);
  }, 930_000);

  const nothing = { faults: [], sounding: 0 };

  describe.each([
    ['own', 'Continuo (virtual)', ['model', 'plugin'], ['die', 'hang']],
    ['other', expect.stringContaining('Test Synth'), ['plugin'], ['die', 'hang']],
  ] as const)('%s output', (port, output, changes, failures) => {
    it.each(changes)('another %s: each note is ended, and the next engine plays there', (change) => {
      expect(results[port][change as 'plugin']).toEqual({ faults: [], told: [], output, ports: 0 });
    });

    it.each(failures)('an engine that is made to %s: the same, and it is said', (failure) => {
      const told = ['ENGINE_CRASHED'];
      expect(results[port][failure]).toEqual({ faults: [], told, output, ports: 0 });
    });
  });

  it('an output is silent that is let go of for another one, or at the end', () => {
    expect([results.moved, results.end]).toEqual([nothing, nothing]);
  });
});
