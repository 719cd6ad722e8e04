import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openHostPerformer } from '../../src/host/models/open-host-performer.js';
import { stateOfTake } from '../../src/host/states/state-of-take.js';
import { replayRecordedTake } from '../../src/host/takes/play-again.js';
import { readTake } from '../../src/host/takes/read-take.js';
import type { PanelClient } from '../../src/server/testing/panel-client.js';
import { FaultyHost } from './host.js';

const hosts: FaultyHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.clear();
});

async function started(args: readonly string[]): Promise<FaultyHost> {
  const host = await FaultyHost.start([...args]);
  hosts.push(host);
  return host;
}

/** Plays a phrase and waits until it is answered. */
async function exchange(panel: PanelClient, pitches: readonly number[]): Promise<void> {
  for (const pitch of pitches) {
    panel.say({ type: 'play', event: { type: 'noteOn', pitch, velocity: 80 } });
    await new Promise((resolve) => setTimeout(resolve, 80));
    panel.say({ type: 'play', event: { type: 'noteOff', pitch } });
  }
  for (let answered = false; ; ) {
    const { event } = await panel.next('event');
    if (event.type !== 'phase') continue;
    if (event.phase === 'playing') answered = true;
    if (answered && event.phase === 'waiting') return;
  }
}

it('a session whose host was killed goes on in another host from how it stood, to the bit', async () => {
  const first = await started(['--model', 'piano-pop-start', '--mode', 'answer']);
  const panel = await first.panel();
  panel.say({ type: 'command', command: { type: 'param', id: 'patience', value: 0.6 } });
  await exchange(panel, [60, 64, 67]);
  await first.until(() => existsSync(join(first.take, 'last.state')), 'the state is kept');
  panel.say({ type: 'play', event: { type: 'noteOn', pitch: 72, velocity: 80 } });
  await first.until(() => first.records().some(isHigh), 'a note is on the disk');
  await first.end('SIGKILL');
  await panel.closed;

  const { state } = await stateOfTake(first.take);
  const { resumption, values } = state.members[0]!;
  const performer = await openHostPerformer(state.setup);
  const network = performer.engine.createState();
  for (const token of resumption.tokens) performer.engine.step([network], [token]);
  expect(network.exportSnapshot!(network.snapshot())).toEqual(resumption.checkpoint.state);
  expect(values.patience).toBe(0.6);

  const second = await started(['--resume', first.take]);
  const other = await second.panel();
  await exchange(other, [71, 69]);
  await second.end('SIGTERM');
  const take = await readTake(second.take);
  expect(take.header).toMatchObject({ mode: 'answer', resumed: { from: state.time } });
  expect(replayRecordedTake(take, performer)).toMatchObject({ same: true, cutOff: false });
  performer.engine.dispose();
});

function isHigh(record: { readonly type: string }): boolean {
  return record.type === 'input' && JSON.stringify(record).includes('"pitch":72');
}
