import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { describeWith } from '../requires.js';
import { takesIn } from '../takes-in.js';
import { runInVm } from './vm.js';

describeWith('an ALSA sequencer (CONTINUO_ALSA_VM)', 'a take that is replayed to a port', (vm) => {
  it('sounds each note of it once, and ends each', async () => {
    const takes = mkdtempSync(join(tmpdir(), 'continuo-replay-'));
    try {
      const session = await LiveSession.open({
        ...{ plugin: 'folk', model: 'folk-session', engine: 'kernel', precision: 'int8' },
        ...{ seed: 3, mode: 'solo', takes },
      });
      session.command({ type: 'start' });
      await setTimeout(6000);
      await session.close();
      const take = join(takes, takesIn(takes)[0]!);
      const { status, output, files } = await runInVm(
        vm,
        `{ aseqdump -p 'Midi Through' > "$OUT/heard" & sleep 3;` +
          ` node dist/cli/main.js replay ${take} --play 'Midi Through' --json > "$OUT/said"; code=$?; sleep 2; kill $!; exit $code; }`,
        600,
      );
      expect({ status, output }).toMatchObject({ status: 0 });
      const { same, modelNotes } = JSON.parse(files.get('said')!.toString());
      const heard = files.get('heard')!.toString();
      expect(same).toBe(true);
      expect(modelNotes).toBeGreaterThan(3);
      // A pitch that is struck while it sounds is ended first.
      expect(heard.match(/Note on/g)).toHaveLength(modelNotes);
      expect(heard.match(/Note off/g)!.length).toBeGreaterThanOrEqual(modelNotes);
    } finally {
      rmSync(takes, { recursive: true });
    }
  }, 900_000);
});
