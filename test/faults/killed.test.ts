import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openHostPerformer } from '../../src/host/models/open-host-performer.js';
import { replayRecordedTake } from '../../src/host/takes/play-again.js';
import { readTake } from '../../src/host/takes/read-take.js';
import { uniform } from '../../src/model/random.js';
import { readMidi } from '../../src/music/midi/index.js';
import type { PanelClient } from '../../src/server/testing/panel-client.js';
import type { SessionEvent } from '../../src/session/events.js';
import { PlayedNotes } from '../../src/session/played-notes.js';
import { isTimed } from '../../src/session/take.js';
import { program } from '../browser/host.js';
import { FaultyHost } from './host.js';

let host: FaultyHost | undefined;
afterEach(async () => {
  await host?.clear();
  host = undefined;
});

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
/** What was told within this of the last record may have been on its way when the host died. */
const ON_ITS_WAY = 0.25;

/** Somebody who plays phrases until the line breaks. */
async function jam(panel: PanelClient, seed: number): Promise<void> {
  for (let count = 0; panel.socket.readyState === panel.socket.OPEN; count++) {
    const pitch = 55 + Math.floor(20 * uniform(seed, 1, count));
    panel.say({ type: 'play', event: { type: 'noteOn', pitch, velocity: 80 } });
    await wait(0.1);
    panel.say({ type: 'play', event: { type: 'noteOff', pitch } });
    await wait(count % 6 === 5 ? 2.5 : 0.05);
  }
}

describe('killed at any moment', () => {
  const moments = [0, 1, 2, 3].flatMap((seed) =>
    (['solo', 'answer'] as const).map((mode) => ({
      mode,
      seed,
      after: 0.4 + 5 * uniform(seed, 0, mode.length),
    })),
  );

  it.each(moments)(
    '$mode, after $after s, a take replays to its last record',
    async ({ mode, seed, after }) => {
      host = await FaultyHost.start(['--model', 'piano-pop-start', '--mode', mode]);
      const panel = await host.panel();
      const told = new PlayedNotes();
      panel.socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.type === 'event') told.add(message.event as SessionEvent);
      });
      panel.say({ type: 'command', command: { type: 'start' } });
      const playing = mode === 'answer' ? jam(panel, seed) : wait(0);
      // The thread that writes the take may still be on its way up where the machine is busy.
      await host.until(() => host!.records().length > 0, 'the take is begun');
      await wait(after);
      await host.end('SIGKILL');
      await panel.closed;
      await playing;

      const take = await readTake(host.take);
      const performer = await openHostPerformer(take.header.setup);
      const again = replayRecordedTake(take, performer);
      performer.engine.dispose();
      expect(again).toMatchObject({ same: true, cutOff: true, gap: null, differsAt: null });
      // What the panel was told sounded, sounds again.
      const until = take.records.findLast(isTimed)!.time - ON_ITS_WAY;
      const begun = <T extends { start: number }>(notes: readonly T[]) =>
        notes.filter(({ start }) => start < until);
      for (const voice of ['player', 'model'] as const) {
        const starts = (notes: readonly { start: number; pitch: number }[]) =>
          begun(notes).map(({ start, pitch }) => [start, pitch]);
        expect(starts(again[voice])).toEqual(starts(told.notes(voice, Number.POSITIVE_INFINITY)));
      }
      if (mode === 'solo') expect(again.model.length).toBeGreaterThan(0);
      // The notes beside it are whole, or not there yet.
      const midi = join(host.take, 'take.mid');
      if (existsSync(midi)) expect(readMidi(readFileSync(midi)).warnings).toEqual([]);
    },
  );

  it('says so, and ends with 0', async () => {
    host = await FaultyHost.start(['--model', 'piano-pop-start', '--mode', 'solo']);
    const panel = await host.panel();
    panel.say({ type: 'command', command: { type: 'start' } });
    for (let notes = 0; notes < 12; ) {
      const { event } = await panel.next('event');
      if (event.type === 'noteOn') notes++;
    }
    await host.until(
      () => host!.records().filter(({ type }) => type === 'sampled').length > 30,
      'notes are kept',
    );
    await host.end('SIGKILL');
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [program, 'replay', host!.take, ...args], { encoding: 'utf8' });
    expect(run()).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^The same: .*cut off/),
    });
    const { modelNotes, ...outcome } = JSON.parse(run('--json').stdout);
    expect(outcome).toMatchObject({ same: true, cutOff: true, gap: null });
    // What was told last may have been on its way to the log.
    expect(modelNotes).toBeGreaterThan(6);
  });
});
