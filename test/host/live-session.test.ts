import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMidi } from 'midi-file';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FOLDERS } from '../../dist/host/folders.js';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { openHostPerformer } from '../../dist/host/models/open-host-performer.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import type { SessionEvent } from '../../dist/session/events.js';
import { PlayedNotes } from '../../dist/session/played-notes.js';
import { replayTake } from '../../dist/session/replay.js';

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Resolves with the first event that `wanted` says yes to. */
function next(session: LiveSession, wanted: (event: SessionEvent) => boolean): Promise<SessionEvent> {
  return new Promise((resolve) => {
    const end = session.subscribe((event) => {
      if (!wanted(event)) return;
      end();
      resolve(event);
    });
  });
}

const phase = (name: string) => (event: SessionEvent) => event.type === 'phase' && event.phase === name;

describe('a live session in its worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
  const events: SessionEvent[] = [];
  let take = '';

  beforeAll(async () => {
    const session = await LiveSession.open({
      plugin: 'piano',
      model: 'piano-pop-start',
      engine: 'kernel',
      precision: 'int8',
      seed: 11,
      mode: 'answer',
      takes: folder,
    });
    session.subscribe((event) => events.push(event));
    const hands = session.hands();
    session.command({ type: 'start' });
    for (const pitches of [
      [60, 62, 64, 65, 67],
      [72, 71, 69, 67],
    ]) {
      const answering = next(session, phase('playing'));
      for (const pitch of pitches) {
        hands.play({ type: 'noteOn', pitch, velocity: 80 });
        await wait(0.12);
        hands.play({ type: 'noteOff', pitch });
      }
      await answering;
      await next(session, phase('waiting'));
    }
    await session.close();
    take = join(folder, readdirSync(folder)[0]!);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('answers each phrase, and ends every note that it began', () => {
    const begun = events.filter((event) => event.type === 'noteOn' && event.voice === 'model');
    expect(begun.length).toBeGreaterThan(4);
    const playedNotes = new PlayedNotes();
    for (const event of events) playedNotes.add(event);
    const last = events.at(-1)!.time;
    for (const note of playedNotes.notes('model', last + 100)) expect(note.end).toBeLessThanOrEqual(last);
  });

  it('writes a take that replays to the same notes', async () => {
    const { header, records } = await readTake(take);
    const performer = await openHostPerformer(header.setup);
    const replay = replayTake(records, {
      ...performer,
      pluginParams: performer.descriptor.params,
      mode: 'answer',
      time: header.time,
    });
    const end = records.at(-1) as { type: 'end'; time: number };
    expect(end.type).toBe('end');
    const [live, again] = [new PlayedNotes(), new PlayedNotes()];
    for (const event of events) live.add(event);
    for (const event of replay.events) again.add(event);
    expect(again.notes('model', end.time)).toEqual(live.notes('model', end.time));
    expect(again.notes('player', end.time)).toEqual(live.notes('player', end.time));
    expect(live.notes('model', end.time).length).toBeGreaterThan(4);
  });

  it('writes a two-track MIDI file with both voices', () => {
    const { tracks } = parseMidi(readFileSync(join(take, 'take.mid')));
    const onsets = tracks.map(
      (track) => track.filter((event) => event.type === 'noteOn' && event.velocity > 0).length,
    );
    expect(onsets.filter((count) => count > 0).length).toBe(2);
    expect(onsets).toContain(9);
  });
});

it('is started by the first note, which it hears, until it has been stopped', async () => {
  const takes = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
  const session = await LiveSession.open({
    ...{ plugin: 'piano', model: 'piano-pop-start', engine: 'kernel', precision: 'int8', seed: 1 },
    ...{ mode: 'answer', takes },
  });
  const hands = session.hands();
  const strike = (pitch: number) => {
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    hands.play({ type: 'noteOff', pitch });
  };
  expect(session.describe()).toMatchObject({ phase: 'stopped', firstNoteStarts: true });
  hands.play({ type: 'pedal', down: true });
  hands.play({ type: 'pedal', down: false });
  expect(session.describe().firstNoteStarts).toBe(true);
  const answered = next(session, phase('playing'));
  strike(60);
  await answered;
  session.command({ type: 'stop' });
  await next(session, phase('stopped'));
  strike(62);
  await next(session, (event) => event.type === 'noteOff');
  expect(session.describe()).toMatchObject({ phase: 'stopped', firstNoteStarts: false });
  await session.close();
  const { records } = await readTake(join(takes, readdirSync(takes)[0]!));
  const asked = records.flatMap((record) => (record.type === 'command' ? record.command.type : []));
  expect(asked).toEqual(['start', 'stop', 'stop']);
  rmSync(takes, { recursive: true });
}, 120_000);

it('is not started, and does not answer, while a tune is played to the player; who asks for its music gets it', async () => {
  const session = await LiveSession.open({
    ...{ plugin: 'piano', model: 'piano-pop-start', engine: 'kernel', precision: 'int8', seed: 1 },
    ...{ mode: 'answer', takes: null },
  });
  const hands = session.hands();
  const events: SessionEvent[] = [];
  session.subscribe((event) => events.push(event));
  const strike = () => {
    hands.play({ type: 'noteOn', pitch: 60, velocity: 80 });
    hands.play({ type: 'noteOff', pitch: 60 });
  };
  const replies = () => events.filter((event) => event.type === 'noteOn' && event.voice === 'model').length;
  session.hold(true);
  strike();
  await next(session, (event) => event.type === 'noteOff');
  expect(session.describe()).toMatchObject({ phase: 'stopped', firstNoteStarts: true, held: true });
  session.hold(false);
  const answered = next(session, phase('playing'));
  strike();
  await answered;
  session.hold(true);
  await next(session, (event) => event.type === 'phase' && event.held === true);
  const before = replies();
  strike();
  // Another engine is held, too.
  await session.load({ model: 'piano-pop' });
  strike();
  await wait(2);
  expect([session.describe().held, replies()]).toEqual([true, before]);
  session.command({ type: 'start' });
  expect(session.describe()).not.toHaveProperty('held');
  const again = next(session, phase('playing'));
  strike();
  await again;
  await session.close();
}, 120_000);

it('ends a note, and lifts the pedal, when the last who hold it let go; the take replays to the same', async () => {
  const takes = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
  const session = await LiveSession.open({
    ...{ plugin: 'piano', model: 'piano-pop-start', engine: 'kernel', precision: 'int8', seed: 1 },
    ...{ mode: 'listen', takes },
  });
  const [panel, keyboard] = [session.hands(), session.hands()];
  const live = new PlayedNotes();
  session.subscribe((event) => live.add(event));
  session.command({ type: 'start' });
  for (const hands of [panel, keyboard]) {
    hands.play({ type: 'pedal', down: true });
    hands.play({ type: 'noteOn', pitch: 60, velocity: 80 });
  }
  keyboard.play({ type: 'noteOn', pitch: 64, velocity: 80 });
  panel.play({ type: 'noteOff', pitch: 60 });
  panel.play({ type: 'pedal', down: false });
  await wait(0.1);
  keyboard.release();
  await wait(0.1);
  await session.close();
  const { header, records } = await readTake(join(takes, readdirSync(takes)[0]!));
  const inputs = records.flatMap((record) => (record.type === 'input' ? [record.event] : []));
  expect(inputs.map(({ type, ...event }) => ('pitch' in event ? `${type} ${event.pitch}` : type))).toEqual([
    ...['pedal', 'noteOn 60', 'noteOn 60', 'noteOn 64'],
    ...['noteOff 60', 'noteOff 64', 'pedal'],
  ]);
  const performer = await openHostPerformer(header.setup);
  const replay = replayTake(records, {
    ...{ ...performer, pluginParams: performer.descriptor.params },
    ...{ mode: 'listen', time: header.time },
  });
  const again = new PlayedNotes();
  for (const event of replay.events) again.add(event);
  expect(replay.same).toBe(true);
  expect(again.notes('player', Infinity)).toEqual(live.notes('player', Infinity));
  rmSync(takes, { recursive: true });
}, 120_000);

it('offers a model that was given as a folder beside the installed ones, and takes it up again by its id', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-given-'));
  const given = join(folder, 'mine');
  cpSync(join(FOLDERS.bundledModels, 'piano-pop-start'), given, { recursive: true });
  writeFileSync(join(given, 'LICENSE'), 'CC BY-NC-SA 4.0\n');
  const session = await LiveSession.open({
    ...{ plugin: 'piano', model: given, engine: 'kernel', precision: 'int8', seed: 1 },
    ...{ mode: 'answer', takes: null },
  });
  try {
    const mine = { id: 'mine', name: 'mine (CC BY-NC-SA 4.0)' };
    expect(session.describe().model).toEqual(mine);
    expect(session.describe().models).toContainEqual(mine);
    await session.load({ model: 'piano-pop-start' });
    expect(session.describe().models).toContainEqual(mine);
    await session.load({ model: 'mine' });
    expect(session.describe().model).toEqual(mine);
    expect(session.modelFolder).toBe(given);
    await session.load({ plugin: 'folk' });
    expect(session.describe().models.map(({ id }) => id)).toEqual(['folk-session']);
  } finally {
    await session.close();
    rmSync(folder, { recursive: true });
  }
}, 120_000);

describe('what cannot be loaded', () => {
  const options = {
    plugin: 'piano',
    model: 'piano-pop-start',
    engine: 'kernel',
    precision: 'int8',
    seed: 1,
    mode: 'answer',
    takes: null,
  } as const;

  it('is refused with a code', async () => {
    await expect(LiveSession.open({ ...options, plugin: 'organ' })).rejects.toMatchObject({
      code: 'PLUGIN_UNKNOWN',
    });
    await expect(LiveSession.open({ ...options, model: 'nowhere' })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });

  it('leaves a running session as it was', async () => {
    const session = await LiveSession.open(options);
    await expect(session.load({ model: 'nowhere' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(session.describe().model.id).toBe('piano-pop-start');
    session.command({ type: 'start' });
    await next(session, phase('waiting'));
    await session.close();
  });
});
