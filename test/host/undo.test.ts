import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { openHostPerformer } from '../../dist/host/models/open-host-performer.js';
import { replayRecordedTake } from '../../dist/host/takes/play-again.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import { History } from '../../dist/server/history.js';
import type { SessionEvent } from '../../dist/session/events.js';

const PIANO = { plugin: 'piano', model: 'piano-pop-start', engine: 'kernel', precision: 'int8' } as const;

let takes: string;
let session: LiveSession;
let events: SessionEvent[];

beforeEach(async () => {
  takes = mkdtempSync(join(tmpdir(), 'continuo-undo-'));
  events = [];
  session = await LiveSession.open({ ...PIANO, seed: 3, mode: 'answer', takes });
  session.subscribe((event) => events.push(event));
});
afterEach(async () => {
  await session.close();
  rmSync(takes, { recursive: true });
});

/** Resolves with the first event from now on that `wanted` says yes to. */
function next(wanted: (event: SessionEvent) => boolean): Promise<SessionEvent> {
  return new Promise((resolve) => {
    const end = session.subscribe((event) => {
      if (!wanted(event)) return;
      end();
      resolve(event);
    });
  });
}

/** Resolves when the session says that it is so. */
async function until(so: () => boolean): Promise<void> {
  while (!so()) await next(() => true);
}

const labels = () => {
  const { undo, redo } = session.undoable();
  return [undo?.label ?? null, redo?.label ?? null];
};
const value = (id: string) => session.describe().values[id];

describe('undo in a session', () => {
  it('takes a drag as one step, and undoes parameters, mode and mute in order', async () => {
    const { temperature } = session.describe().values;
    for (const next of [0.8, 0.7, 0.6])
      session.command({ type: 'param', id: 'temperature', value: next }, 'a');
    session.command({ type: 'mode', mode: 'listen' });
    session.command({ type: 'mute', muted: true });
    // What changes nothing is no step.
    session.command({ type: 'mute', muted: true });
    expect(labels()).toEqual(['Mute', null]);
    await until(() => session.describe().muted === true);
    await session.undo();
    expect(labels()).toEqual(['Mode listen', 'Mute']);
    await session.undo();
    expect(labels()).toEqual(['Temperature', 'Mode listen']);
    await until(() => session.describe().mode === 'answer' && session.describe().muted !== true);
    await session.undo();
    await until(() => value('temperature') === temperature);
    expect(labels()).toEqual([null, 'Temperature']);
    await expect(session.undo()).rejects.toMatchObject({ code: 'UNDO_NOTHING' });
    for (let step = 0; step < 3; step++) await session.redo();
    await until(() => session.describe().muted === true);
    expect([value('temperature'), session.describe().mode]).toEqual([0.6, 'listen']);
  });

  it('brings back what was taken back or forgotten: state, music and all, and its take replays', async () => {
    const history = new History();
    session.subscribe((event) => history.add(event));
    const music = () => JSON.stringify(history.before().events.filter(({ type }) => type === 'noteOn'));
    /** The network's state and the stream, without what tells one moment from another. */
    const stands = async () => {
      const { members } = await session.snapshots.state();
      const { checkpoint, tokens } = members[0]!.resumption;
      return { state: checkpoint.state, length: checkpoint.length, tokens: [...tokens] };
    };
    const phrase = async (...pitches: number[]) => {
      const replied = next((event) => event.type === 'phase' && event.phase === 'playing');
      const hands = session.hands();
      for (const pitch of pitches) {
        hands.play({ type: 'noteOn', pitch, velocity: 80 });
        hands.play({ type: 'noteOff', pitch });
      }
      await replied;
      await next((event) => event.type === 'phase' && event.phase === 'waiting');
    };
    session.command({ type: 'start' });
    await phrase(60, 64, 67);
    await phrase(62, 65, 69);
    const [then, heard] = [await stands(), music()];
    session.command({ type: 'takeBack' });
    await next((event) => event.type === 'takenBack');
    // There is nothing more than two exchanges: a third is no step.
    for (const _ of [1, 2]) session.command({ type: 'takeBack' });
    await next((event) => event.type === 'takenBack');
    const [forgot, none] = [await stands(), music()];
    expect([labels(), JSON.parse(none)]).toEqual([['Take back', null], []]);
    await session.undo();
    await session.undo();
    await until(() => music() === heard);
    expect(await stands()).toEqual(then);
    expect(labels()).toEqual([null, 'Take back']);
    await session.redo();
    await session.redo();
    await until(() => music() === none);
    expect(await stands()).toEqual(forgot);
    await session.undo();
    await session.undo();
    session.command({ type: 'reset' });
    await until(() => music() === '[]' && labels()[0] === 'Forget everything');
    await session.undo();
    await until(() => music() === heard);
    expect(await stands()).toEqual(then);
    await phrase(71, 74);
    await session.close();
    const folder = session.takeFolder!;
    const take = await readTake(folder);
    const performer = await openHostPerformer(take.header.setup);
    const again = replayRecordedTake(take, performer);
    performer.engine.dispose();
    expect([again.same, again.differsAt]).toEqual([true, null]);
  }, 60_000);

  it('brings back the stream, where the parameter that is undone began another', async () => {
    await session.load({ plugin: 'folk' });
    const { type } = session.describe().values;
    session.command({ type: 'mode', mode: 'listen' });
    session.command({ type: 'start' });
    await until(() => session.describe().phase === 'waiting');
    const hands = session.hands();
    for (const pitch of [62, 66, 69, 66]) {
      const ended = next((event) => event.type === 'noteOff');
      hands.play({ type: 'noteOn', pitch, velocity: 80 });
      hands.play({ type: 'noteOff', pitch });
      await ended;
    }
    await until(() => session.describe().phase === 'waiting');
    const tokens = async () => [...(await session.snapshots.state()).members[0]!.resumption.tokens];
    const then = await tokens();
    const other = type === 'jig' ? 'reel' : 'jig';
    session.command({ type: 'param', id: 'type', value: other });
    await until(() => value('type') === other);
    const [anew] = [await tokens()];
    expect(anew.length).toBeLessThan(then.length);
    await session.undo();
    await until(() => value('type') === type);
    expect(await tokens()).toEqual(then);
    await session.redo();
    await until(() => value('type') === other);
    expect(await tokens()).toEqual(anew);
  }, 60_000);

  it('undoes going back to a snapshot, at once and after the phrase, and deleting one', async () => {
    session.command({ type: 'start' });
    const { id } = await session.snapshots.keep('Verse');
    session.snapshots.recall(id);
    await until(() => labels()[0] === 'Back to Verse');
    session.snapshots.recall(id, 'phrase');
    const restored = next((event) => event.type === 'restored' && event.id !== id);
    await next((event) => event.type === 'restored' && event.id === id);
    await session.undo();
    await restored;
    expect(labels()).toEqual(['Back to Verse', 'Back to Verse']);
    session.snapshots.remove(id);
    expect(labels()).toEqual(['Delete Verse', null]);
    await session.undo();
    expect(session.snapshots.list().map(({ name }) => name)).toEqual(['Verse']);
    await session.redo();
    expect(session.snapshots.list()).toEqual([]);
    // Brought back by itself, it is undone no more.
    session.snapshots.restore(id);
    expect(labels()).toEqual(['Back to Verse', null]);
  });

  it('goes on with the model before, and with what that had heard, where a load is undone', async () => {
    session.command({ type: 'start' });
    const hands = session.hands();
    for (const pitch of [60, 64, 67]) {
      hands.play({ type: 'noteOn', pitch, velocity: 80 });
      hands.play({ type: 'noteOff', pitch });
    }
    await next((event) => event.type === 'phase' && event.phase === 'playing');
    await next((event) => event.type === 'phase' && event.phase === 'waiting');
    let told = 0;
    session.watch(() => told++);
    await session.load({ model: 'piano-pop' });
    expect(labels()).toEqual(['Model piano-pop', null]);
    await session.undo();
    expect(session.describe().model.id).toBe('piano-pop-start');
    expect(told).toBe(1);
    expect(labels()).toEqual([null, 'Model piano-pop']);
    // It goes on from all that it had heard: its take begins from a state.
    const hears = next((event) => event.type === 'phase' && event.phase === 'playing');
    hands.play({ type: 'noteOn', pitch: 62, velocity: 80 });
    hands.play({ type: 'noteOff', pitch: 62 });
    await hears;
    await session.redo();
    expect(session.describe().model.id).toBe('piano-pop');
    await session.close();
    const folders = readdirSync(takes).toSorted();
    expect(folders.length).toBeGreaterThanOrEqual(2);
    const all = await Promise.all(folders.map((name) => readTake(join(takes, name))));
    const resumed = all.filter(({ header }) => header.resumed !== undefined);
    expect(resumed.map(({ header }) => header.setup.model?.split('/').at(-1))).toEqual(['piano-pop-start']);
    for (const take of all) {
      const performer = await openHostPerformer(take.header.setup);
      const again = replayRecordedTake(take, performer);
      performer.engine.dispose();
      expect([again.same, again.differsAt]).toEqual([true, null]);
    }
  }, 60_000);
});
