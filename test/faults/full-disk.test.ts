import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readMidi } from '../../src/music/midi/index.js';
import type { PanelClient } from '../../src/server/testing/panel-client.js';
import { program } from '../browser/host.js';
import { describeWith } from '../requires.js';
import { takesIn } from '../takes-in.js';
import { type FullDisk, fullDisk } from './full-disk.js';
import { FaultyHost } from './host.js';

let host: FaultyHost | undefined;
let disk: FullDisk | undefined;
afterEach(async () => {
  await host?.end('SIGKILL');
  disk?.remove();
  await host?.clear();
  host = undefined;
  disk = undefined;
});

async function recording(panel: PanelClient) {
  for (;;) {
    const { event } = await panel.next('event');
    if (event.type === 'recording') return event.failure;
  }
}

describeWith('prlimit', 'a disk that is full for a while', () => {
  it('is tried again until it takes what was played, and not recording is said until then', async () => {
    host = await FaultyHost.start(['--model', 'piano-pop-start', '--mode', 'solo']);
    disk = fullDisk(host);
    disk.fill();
    const panel = await host.panel();
    panel.say({ type: 'command', command: { type: 'start' } });
    const failure = await recording(panel);
    expect(failure).toMatch(/ENOSPC|EFBIG/);
    // Whoever joins later is told too.
    expect((await host.panel()).welcome.description.notRecording).toBe(failure);
    disk.clear();
    expect(await recording(panel)).toBeNull();
    expect((await host.panel()).welcome.description.notRecording).toBeUndefined();
    panel.say({ type: 'command', command: { type: 'stop' } });
    await panel.settled();
    expect(await host.end()).toBe(143);
    expect(host.stderr).toMatch(/Not recording: .*(ENOSPC|EFBIG)[\s\S]*Recording again\./);
    const take = join(host.takes, takesIn(host.takes)[0]!);
    expect(readdirSync(take).sort()).toEqual(['last.state', 'take.jsonl', 'take.mid']);
    const [gap, ...more] = host.records().filter((record) => record.type === 'gap');
    expect([gap?.lost, more]).toEqual([0, []]);
    expect(gap!.to).toBeGreaterThan(gap!.from);
    const { status, stdout } = spawnSync(process.execPath, [program, 'replay', '--json', take]);
    const outcome = JSON.parse(String(stdout));
    expect([status, outcome]).toMatchObject([0, { same: true, cutOff: false, gap: null }]);
    const { tracks } = readMidi(readFileSync(join(take, 'take.mid')));
    expect(tracks.flatMap(({ notes }) => notes).length).toBe(outcome.modelNotes);
  });
});
