import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openHostPerformer } from '../../src/host/models/open-host-performer.js';
import { readState } from '../../src/host/states/saved-state.js';
import { replayRecordedTake } from '../../src/host/takes/play-again.js';
import { readTake } from '../../src/host/takes/read-take.js';
import { TestHostClient } from '../../src/server/testing/host-client.js';
import { PanelClient } from '../../src/server/testing/panel-client.js';
import { takesIn } from '../takes-in.js';
import { FaultyHost } from './host.js';

const hosts: FaultyHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.clear();
});

async function kept(host: Promise<FaultyHost>): Promise<FaultyHost> {
  hosts.push(await host);
  return host;
}

async function panelOf(host: FaultyHost, id: string) {
  const panel = await PanelClient.connect(host.address, {}, `/sessions/${id}`);
  panel.say({ type: 'hello', version: 2 });
  return { panel, welcome: await panel.next('welcome') };
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
    if (event.type !== 'phase' || event.member !== undefined) continue;
    if (event.phase === 'playing') answered = true;
    if (answered && event.phase === 'waiting') return;
  }
}

/** A session does again what came after its state, and its earlier music is read from its take: both take a while. */
const soon = <T>(so: () => T | Promise<T>) => vi.waitFor(so, { timeout: 30_000, interval: 200 });

/** The notes of a session that a panel is shown which connects now. */
async function notesIn(host: FaultyHost, id: string) {
  const { panel, welcome } = await panelOf(host, id);
  panel.socket.close();
  return welcome.history.flatMap((event) => (event.type === 'noteOn' ? [event] : []));
}

/** Waits until a panel that connects is shown that these pitches were played. */
const played = (host: FaultyHost, id: string, pitches: readonly number[]) =>
  soon(async () => {
    const notes = await notesIn(host, id);
    expect(notes.filter(({ voice }) => voice === 'player').map(({ pitch }) => pitch)).toEqual(pitches);
    expect(notes.some(({ voice }) => voice === 'model')).toBe(true);
    return notes;
  });

const takesOf = (host: FaultyHost) => takesIn(host.takes);
/** The sessions that a host has kept so far. */
function keptBy(host: FaultyHost): readonly unknown[] {
  const folder = join(host.takes, '.sessions');
  const name = existsSync(folder) && readdirSync(folder).find((one) => one.endsWith('.json'));
  if (!name) return [];
  return (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { sessions: unknown[] }).sessions;
}

const summary = (
  sessions: readonly { readonly id: string; readonly name: string; readonly mode: string }[],
) => sessions.map(({ id, name, mode }) => [id, name, mode]).sort();

it('the sessions of a host that was killed are offered by the next one, go on from how they stood, and so again after a stop', async () => {
  const first = await kept(FaultyHost.start(['--model', 'piano-pop-start', '--mode', 'answer']));
  const { client, welcome } = await TestHostClient.greeted(first.address);
  const [own] = welcome.sessions;
  const band = await client.open({ name: 'Band', members: [{ plugin: 'drums' }] });
  const quiet = await client.open({ name: 'Quiet', plugin: 'folk', mode: 'listen' });
  await client.ask({ type: 'closeSession', id: await client.open({ name: 'Over' }) });
  await client.ask({ type: 'renameSession', id: own!.id, name: 'Evening' });
  const one = (await panelOf(first, own!.id)).panel;
  const two = (await panelOf(first, band)).panel;
  one.say({ type: 'command', command: { type: 'param', id: 'patience', value: 0.6 } });
  two.say({ type: 'command', command: { type: 'mute', muted: true, member: 'drums' } });
  two.say({ type: 'command', command: { type: 'param', id: 'patience', value: 0.7 } });
  await exchange(one, [60, 64, 67]);
  await exchange(two, [62, 65, 69]);
  one.say({ type: 'command', command: { type: 'param', id: 'temperature', value: 0.8 } });
  one.say({ type: 'command', command: { type: 'mode', mode: 'duet' } });
  const states = () => takesOf(first).filter((name) => existsSync(join(first.takes, name, 'last.state')));
  await first.until(() => states().length === 2, 'both states are kept');
  await first.until(() => keptBy(first).length === 3, 'the sessions are kept');
  const logs = () =>
    takesOf(first).map((name) => readFileSync(join(first.takes, name, 'take.jsonl'), 'utf8'));
  await first.until(() => logs().join('').includes('"mode":"duet"}}'), 'the last command is on the disk');
  const before = (await TestHostClient.greeted(first.address)).welcome.sessions;
  await first.end('SIGKILL');

  const second = await kept(first.again());
  for (const name of ['Evening', 'Band', 'Quiet']) expect(second.stdout).toContain(`before ${name} (`);
  expect(second.stdout).not.toContain('before Over');
  const again = await TestHostClient.greeted(second.address);
  const { offered = [] } = again.welcome;
  expect(offered.map(({ id, name, take, why }) => [id, name, take, why]).sort()).toEqual(
    before.map(({ id, name, take }) => [id, name, take, 'crashed']).sort(),
  );
  // Whoever was in one of them is told why it does not come back.
  const waiting = await PanelClient.connect(second.address, {}, `/sessions/${band}`);
  expect(await waiting.next('error')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
  for (const { id } of offered)
    expect(await again.client.ask({ type: 'resumeSession', id })).toMatchObject({ id });
  await soon(async () => {
    const now = (await TestHostClient.greeted(second.address)).welcome;
    expect(now.offered).toEqual([]);
    const back = now.sessions.filter(({ id }) => offered.some((offer) => offer.id === id));
    expect(summary(back)).toEqual(summary(before));
    expect(back.map(({ openedAt }) => openedAt).sort()).toEqual(
      before.map(({ openedAt }) => openedAt).sort(),
    );
    const { description } = (await panelOf(second, own!.id)).welcome;
    expect(description).toMatchObject({ mode: 'duet', values: { patience: 0.6, temperature: 0.8 } });
    const { values, members } = (await panelOf(second, band)).welcome.description;
    expect(values.patience).toBe(0.7);
    expect(members?.map(({ id, muted }) => [id, muted])).toEqual([
      ['lead', false],
      ['drums', true],
    ]);
  });
  await played(second, own!.id, [60, 64, 67]);
  for (const { member, instrument } of await played(second, band, [62, 65, 69]))
    if (member === 'drums') expect(instrument).toEqual(expect.objectContaining({ channel: 10 }));
  const { panel } = await panelOf(second, own!.id);

  panel.say({ type: 'command', command: { type: 'mode', mode: 'answer' } });
  await exchange(panel, [71, 69]);
  await second.until(() => takesOf(second).length === 3, 'the session that goes on has a take');
  await second.end('SIGTERM');
  const take = await readTake(second.take);
  const performer = await openHostPerformer(take.header.setup);
  expect(take.header.resumed?.take).toBe(before.find(({ id }) => id === own!.id)?.take);
  const { resumption } = (await readState(join(second.take, 'start.state'))).members[0]!;
  const network = performer.engine.createState();
  for (const token of resumption.tokens) performer.engine.step([network], [token]);
  expect(network.exportSnapshot!(network.snapshot())).toEqual(resumption.checkpoint.state);
  expect(replayRecordedTake(take, performer)).toMatchObject({ same: true, cutOff: false });
  performer.engine.dispose();

  const third = await kept(second.again(['--resume-sessions']));
  const last = (await TestHostClient.greeted(third.address)).welcome;
  expect(last.offered).toEqual([]);
  // The session that the second host had of its own, and nobody touched, is not among them.
  expect(last.sessions.map(({ id }) => id).sort()).toEqual([own!.id, band, quiet].sort());
  await played(third, own!.id, [60, 64, 67, 71, 69]);
  await third.end('SIGTERM');
});

it('so do one that was killed in its first phrase, a fork that nobody has played in, and one that nobody has played in since it was resumed', async () => {
  const first = await kept(FaultyHost.start(['--model', 'piano-pop-start', '--mode', 'answer']));
  const { client, welcome } = await TestHostClient.greeted(first.address);
  const own = welcome.sessions[0]!.id;
  await exchange((await panelOf(first, own)).panel, [60, 64, 67]);
  const opened = await client.ask({ type: 'openSession', name: 'Fork', from: { session: own } });
  const fork = (opened as { id: string }).id;
  const begun = await client.open({ name: 'Begun' });
  const forked = (await panelOf(first, fork)).panel;
  forked.say({ type: 'command', command: { type: 'param', id: 'patience', value: 0.6 } });
  const { panel } = await panelOf(first, begun);
  panel.say({ type: 'play', event: { type: 'noteOn', pitch: 65, velocity: 80 } });
  await first.until(
    () => takesOf(first).filter((name) => existsSync(join(first.takes, name, 'last.state'))).length === 2,
    'the phrase that was begun has a take with a state',
  );
  await first.until(() => {
    const text = JSON.stringify(keptBy(first));
    return (
      text.includes('"state":true') &&
      text.includes('"patience":0.6') &&
      !text.includes('"Begun","take":null')
    );
  }, 'the fork is kept with its state');
  await first.until(
    () => keptBy(first).filter((one) => (one as { take: unknown }).take !== null).length === 2,
    'both takes are kept',
  );
  await first.end('SIGKILL');

  const shown = async (host: FaultyHost, id: string) => {
    const one = await panelOf(host, id);
    one.panel.socket.close();
    const { history, description } = one.welcome;
    const pitches = history.flatMap((event) =>
      event.type === 'noteOn' && event.voice === 'player' ? [event.pitch] : [],
    );
    return { pitches, patience: description.values.patience };
  };
  const areThere = (host: FaultyHost) =>
    soon(async () => {
      expect((await shown(host, own)).pitches).toEqual([60, 64, 67]);
      expect(await shown(host, fork)).toEqual({ pitches: [60, 64, 67], patience: 0.6 });
      expect((await shown(host, begun)).pitches).toEqual([65]);
    });
  const second = await kept(first.again(['--resume-sessions']));
  expect(second.stderr).not.toContain('is not resumed');
  await areThere(second);
  await second.until(() => keptBy(second).length === 3, 'they are kept again');
  await second.end('SIGKILL');

  const third = await kept(second.again(['--resume-sessions']));
  expect(third.stderr).not.toContain('is not resumed');
  await areThere(third);
  const before = takesOf(third);
  await exchange((await panelOf(third, fork)).panel, [72]);
  await third.until(() => takesOf(third).length > before.length, 'the fork has a take');
  const take = takesOf(third).find((name) => !before.includes(name))!;
  await third.end('SIGTERM');
  const { header } = await readTake(join(third.takes, take));
  // As a session of its own, from the state that it was opened with.
  expect(header).toMatchObject({ version: 6, resumed: { from: expect.any(Number) } });
});

it('a session whose model is gone, or whose take is, is refused with the reason and offered still; it can begin anew', async () => {
  const first = await kept(FaultyHost.start(['--model', 'piano-pop-start']));
  const { client } = await TestHostClient.greeted(first.address);
  const id = await client.open({ name: 'Jam' });
  const { panel } = await panelOf(first, id);
  await exchange(panel, [60, 64]);
  await first.until(() => existsSync(join(first.take, 'last.state')), 'the state is kept');
  await first.end('SIGTERM');
  const second = await kept(first.again());
  const again = await TestHostClient.greeted(second.address);
  const offer = again.welcome.offered?.find((one) => one.id === id);
  expect(offer).toMatchObject({ name: 'Jam', why: 'stopped' });
  await again.client.ask({ type: 'deleteTake', id: offer!.take! });
  expect(await again.client.ask({ type: 'resumeSession', id })).toMatchObject({
    code: 'TAKE_UNKNOWN',
    hint: expect.stringContaining('continuo takes restore'),
  });
  expect((await TestHostClient.greeted(second.address)).welcome.offered).toEqual([offer]);
  expect(await again.client.ask({ type: 'dropOffer', id })).toMatchObject({ type: 'done' });
  expect(await again.client.ask({ type: 'resumeSession', id })).toMatchObject({ code: 'SESSION_NOT_FOUND' });
  expect(await again.client.ask({ type: 'restoreOffer', id })).toMatchObject({ type: 'done' });
  expect(await again.client.ask({ type: 'resumeSession', id, anew: true })).toMatchObject({
    type: 'opened',
    id,
  });
  const { welcome } = await panelOf(second, id);
  expect(welcome).toMatchObject({ history: [], description: { model: { id: 'piano-pop-start' } } });
  await second.end('SIGTERM');
});
