import { beforeAll, expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { runInVm } from './vm.js';

interface Kept {
  readonly id: string;
  readonly name: string;
  readonly setup: { readonly ports: { readonly input: string; readonly output: string } };
}
interface Results {
  readonly kept: Kept;
  readonly again: Kept;
  readonly killed: string;
  readonly resumed: string;
  readonly through: boolean;
  readonly said: readonly string[];
  readonly ended: number;
}

describeWith('an ALSA sequencer (CONTINUO_ALSA_VM)', 'a session with ports whose host was killed', (vm) => {
  let results: Results;

  beforeAll(async () => {
    const run = await runInVm(vm, 'node test/alsa/resume.mjs "$OUT"', 900);
    if (!run.files.has('results.json')) throw new Error(`status ${run.status}:\n${run.output}`);
    results = JSON.parse(String(run.files.get('results.json')));
  }, 930_000);

  it('is kept with the names of its ports', () => {
    expect(results.killed).toBe('SIGKILL');
    expect(results.kept.setup.ports).toEqual({
      input: expect.stringContaining('Test Keys'),
      output: expect.stringContaining('Test Synth'),
    });
  });

  it('has its synth at once, under another number, and its keyboard when that comes', () => {
    expect(results.resumed).toContain(results.kept.id);
    expect(results.said).toEqual(['PORT_LOST', 'PORT_BACK']);
    expect(results.through).toBe(true);
    expect(results.again).toMatchObject({ id: results.kept.id, name: results.kept.name });
    expect(results.ended).toBe(143);
  });
});
