import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMidi } from 'midi-file';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import type { NetworkView } from '../../dist/host/live/network/view.js';
import {
  type HostPerformer,
  openHostPerformer,
  setupsOf,
} from '../../dist/host/models/open-host-performer.js';
import { replayRecordedTake } from '../../dist/host/takes/play-again.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import type { SessionEvent } from '../../dist/session/events.js';
import { PlayedNotes } from '../../dist/session/played-notes.js';

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const PIANO = { plugin: 'piano', model: 'piano-pop-start' };

async function play(session: LiveSession, pitches: readonly number[], seconds = 0.2): Promise<void> {
  const hands = session.hands();
  for (const pitch of pitches) {
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    await wait(seconds);
    hands.play({ type: 'noteOff', pitch });
  }
}

describe('a band of three pianos in one worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-band-'));
  const events: SessionEvent[] = [];
  let take = '';
  const views: NetworkView[] = [];
  let members: ReturnType<LiveSession['describe']>['members'];

  beforeAll(async () => {
    const session = await LiveSession.open({
      ...{ ...PIANO, engine: 'kernel', precision: 'int8', seed: 11, mode: 'answer', takes: folder },
      members: [
        { ...PIANO, id: 'piano', seed: 12 },
        { ...PIANO, id: 'piano-2', seed: 13, mode: 'duet' },
      ],
    });
    session.subscribe((event) => events.push(event));
    session.command({ type: 'param', id: 'temperature', value: 0.8, member: 'piano-2' });
    await play(session, [60, 64, 67, 72, 67, 64]);
    await wait(5);
    session.command({ type: 'mute', muted: true, member: 'piano' });
    await play(session, [62, 65, 69, 74]);
    await wait(3);
    session.command({ type: 'mode', mode: 'listen', member: 'lead' });
    session.command({ type: 'mute', muted: false, member: 'piano' });
    const end = session.watchNetwork((view) => views.push(view), { member: 'piano-2', gate: 'f' });
    expect(() => session.watchNetwork(() => {}, { member: 'drums' })).toThrow(
      expect.objectContaining({
        code: 'MEMBER_UNKNOWN',
        message: expect.stringContaining('lead, piano, piano-2'),
      }),
    );
    await play(session, [60, 64, 67], 0.3);
    await wait(3);
    end();
    members = session.describe().members;
    take = session.takeFolder!;
    await session.close();
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('describes its members, each with its own mode, parameters and channel', () => {
    expect(members!.map(({ id, name, mode, muted }) => [id, name, mode, muted])).toEqual([
      ['lead', 'Piano', 'listen', false],
      ['piano', 'Piano', 'answer', false],
      ['piano-2', 'Piano 2', 'duet', false],
    ]);
    expect(members!.map(({ values }) => values.temperature)).toEqual([
      members![0]!.params.plugin.temperature!.default,
      members![1]!.params.plugin.temperature!.default,
      0.8,
    ]);
    expect(members!.map(({ voices }) => voices.map(({ channel }) => channel))).toEqual([[1], [2], [3]]);
  });

  it('shows the network of the member that is chosen, with its gates', () => {
    expect(views[0]).toMatchObject({ type: 'networkShape', member: 'piano-2', shape: { gates: true } });
    const steps = views.flatMap((view) => (view.type === 'networkSteps' ? [view.steps] : []));
    expect(steps.some(({ state }) => state?.gate?.name === 'f')).toBe(true);
    // It hears the player and both others, and plays along.
    const tokens = steps.flatMap((one) => one.tokens);
    expect(new Set(tokens.map(({ drawn }) => drawn))).toEqual(new Set([true, false]));
    for (const view of views) expect(JSON.stringify(view).length).toBeLessThan(64 * 1024);
  });

  it('hears all of them play', () => {
    const played = new PlayedNotes();
    for (const event of events) played.add(event);
    const end = events.at(-1)!.time;
    for (const member of [undefined, 'piano', 'piano-2'])
      expect(played.notes('model', end, member).length).toBeGreaterThan(5);
    expect(events.filter((event) => event.type === 'noteOn' && event.voice === 'player')).toHaveLength(13);
    expect(events.filter(({ type }) => type === 'trouble')).toEqual([]);
  });

  it('has one take, which replays token for token, with a track a member', async () => {
    const read = await readTake(take);
    expect(read.header).toMatchObject({
      version: 5,
      members: [{ id: 'piano' }, { id: 'piano-2', mode: 'duet' }],
    });
    const performers: HostPerformer[] = [];
    for (const setup of setupsOf(read.header.setup)) performers.push(await openHostPerformer(setup));
    const [first, ...others] = performers;
    const again = replayRecordedTake(read, first!, others);
    for (const { engine } of performers) engine.dispose();
    expect([again.same, again.cutOff, again.differsAt]).toEqual([true, false, null]);
    const { tracks } = parseMidi(readFileSync(join(take, 'take.mid')));
    const names = tracks.slice(1).map((track) => track.find((event) => event.type === 'trackName')?.text);
    expect(names).toEqual(['player', 'model', 'piano', 'piano-2']);
    const notes = tracks.slice(1).map((track) => track.filter((event) => event.type === 'noteOn').length);
    // On a crowded machine beginning and end of a note may be heard at once: then it is none.
    const played = new PlayedNotes();
    for (const event of events) played.add(event);
    const own = played.notes('player', events.at(-1)!.time).length;
    expect(notes).toEqual([own, again.model.length, ...again.members.map((member) => member.notes.length)]);
  }, 60_000);
});

it('exchanges its members, and keeps what was asked of them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-band-'));
  const session = await LiveSession.open({
    ...{ ...PIANO, engine: 'kernel', precision: 'int8', seed: 11, mode: 'answer', takes: folder },
  });
  expect(session.describe().members).toBeUndefined();
  await expect(session.load({ members: [{ plugin: 'nobody' }] })).rejects.toMatchObject({
    code: 'PLUGIN_UNKNOWN',
  });
  await expect(session.load({ members: new Array(8).fill(PIANO) })).rejects.toMatchObject({
    code: 'OPTION_VALUE',
  });
  await session.load({ members: [PIANO] });
  expect(session.describe().members!.map(({ id }) => id)).toEqual(['lead', 'piano-2']);
  expect(() => session.command({ type: 'mute', muted: true, member: 'drums' })).toThrow(
    expect.objectContaining({ code: 'MEMBER_UNKNOWN' }),
  );
  session.command({ type: 'mute', muted: true, member: 'piano-2' });
  await session.load({ members: [PIANO, PIANO] });
  expect(session.describe().members!.map(({ id, muted }) => [id, muted])).toEqual([
    ['lead', false],
    ['piano-2', true],
    ['piano-3', false],
  ]);
  await session.load({ members: [] });
  expect(session.describe().members).toBeUndefined();
  await session.close();
  rmSync(folder, { recursive: true });
}, 60_000);

it('writes the music of a member whose plugin writes notation, for the panel and beside the take', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-band-'));
  const told: SessionEvent[] = [];
  try {
    const session = await LiveSession.open({
      ...{ ...PIANO, engine: 'kernel', precision: 'int8', seed: 11, mode: 'answer', takes: folder },
      members: [{ plugin: 'folk', model: 'folk-session', id: 'folk', seed: 12 }],
    });
    session.subscribe((event) => event.type === 'notation' && told.push(event));
    for (let count = 0; count < 10 && told.length === 0; count++)
      await play(session, [62, 64, 66, 67, 69, 71, 73, 74]);
    const [first, folk] = session.describe().members!;
    expect([first!.notation, session.describe().notation]).toEqual([undefined, undefined]);
    expect(told.every((event) => 'member' in event && event.member === 'folk')).toBe(true);
    expect(folk!.notation).toMatch(/^X:1\n/);
    const take = session.takeFolder!;
    await session.close();
    expect(readdirSync(take).filter((name) => name.endsWith('.abc'))).toEqual(['tune-folk.abc']);
    const book = readFileSync(join(take, 'tune-folk.abc'), 'utf8');
    expect(book).toMatch(/played with continuo, model folk-session [0-9a-f]{16}, seed/);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
