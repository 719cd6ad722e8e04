import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { openHostPerformer, setupsOf } from '../../dist/host/models/open-host-performer.js';
import { stateOfTake } from '../../dist/host/states/state-of-take.js';
import { replayRecordedTake } from '../../dist/host/takes/play-again.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import { uniform } from '../../dist/model/random.js';
import type { SessionEvent } from '../../dist/session/events.js';
import type { TakeRecord } from '../../dist/session/take.js';
import { BAND, exchange, PIANO, strike } from './jamming.js';

let takes: string;
beforeEach(() => {
  takes = mkdtempSync(join(tmpdir(), 'snapshots-'));
});
afterEach(() => rmSync(takes, { recursive: true, force: true }));

/** The next event that is wanted. */
function next(session: LiveSession, wanted: (event: SessionEvent) => boolean): Promise<SessionEvent> {
  return new Promise((resolve) => {
    const stop = session.subscribe((event) => {
      if (!wanted(event)) return;
      stop();
      resolve(event);
    });
  });
}

async function replay(folder: string) {
  const take = await readTake(folder);
  const performers = [];
  for (const one of setupsOf(take.header.setup)) performers.push(await openHostPerformer(one));
  const [first, ...others] = performers;
  const replayed = replayRecordedTake(take, first!, others);
  for (const { engine } of performers) engine.dispose();
  return { take, replayed };
}

/** The stream that a member has at the end of a take. */
const streamOf = (session: LiveSession, member = 'lead') =>
  session.snapshots
    .state()
    .then((state) => [...state.members.find(({ id }) => id === member)!.resumption.tokens]);

describe.each([
  ['one member', PIANO],
  ['a band', BAND],
])('a snapshot of %s', (_, plays) => {
  it('is gone back to with the very stream and state that there was, and the take replays', async () => {
    const session = await LiveSession.open({ ...plays, mode: 'answer', takes });
    session.command({ type: 'param', id: 'replyLength', value: 0.5 });
    await exchange(session, [60, 64, 67]);
    const kept = await session.snapshots.keep('verse');
    const stood = await session.snapshots.state(kept.id);
    await exchange(session, [70, 72]);
    expect((await session.snapshots.state()).members[0]!.resumption.checkpoint.length).toBeGreaterThan(
      stood.members[0]!.resumption.checkpoint.length,
    );
    const back = next(session, ({ type }) => type === 'restored');
    session.snapshots.recall(kept.id);
    expect(await back).toMatchObject({ time: kept.time });
    const now = await session.snapshots.state();
    for (const [index, { resumption }] of now.members.entries()) {
      const then = stood.members[index]!.resumption;
      const { length } = then.checkpoint;
      expect([...resumption.tokens.slice(0, length)]).toEqual([...then.tokens]);
      if (resumption.checkpoint.length === length)
        expect(resumption.checkpoint.state).toEqual(then.checkpoint.state);
    }
    await exchange(session, [71, 67]);
    const folder = session.takeFolder!;
    await session.close();
    expect(existsSync(join(folder, 'moments', `${kept.id}.state`))).toBe(true);
    expect((await replay(folder)).replayed).toMatchObject({ same: true, cutOff: false });
  });
});

it('whatever is kept and gone back to, and when, the take replays token for token', async () => {
  let drawn = 0;
  const random = () => uniform(17, 0, drawn++);
  const below = (most: number) => Math.floor(random() * most);
  for (const mode of ['answer', 'solo', 'duet'] as const) {
    const session = await LiveSession.open({ ...BAND, seed: 3 + below(100), mode, takes });
    session.command({ type: 'start' });
    const ids: string[] = [];
    for (let move = 0; move < 14; move++) {
      const what = below(5);
      if (what < 2 || ids.length === 0) {
        if (below(2) === 0) ids.push((await session.snapshots.keep()).id);
        else {
          ids.push(`mine-${ids.length}`);
          await session.snapshots.keepUnnamed(ids.at(-1)!);
        }
      } else if (what < 4) {
        const id = ids[below(ids.length)]!;
        const when = below(2) === 0 ? 'now' : 'phrase';
        if (id.startsWith('mine-')) session.snapshots.recallUnnamed(id);
        else session.snapshots.recall(id, when);
      } else await strike(session, [60 + below(12), 60 + below(12)]);
      await setTimeout(below(400));
    }
    session.command({ type: 'stop' });
    const stream = await streamOf(session);
    const folder = session.takeFolder!;
    await session.close();
    const { take, replayed } = await replay(folder);
    expect(replayed).toMatchObject({ same: true, cutOff: false, differsAt: null });
    expect(replayed.tokens).toBe(stream.length);
    const went = take.records.filter(isRecall).map(({ command }) => command.id);
    const named = session.snapshots.list().map(({ id }) => id);
    // What the host keeps by itself is beside the take only where a record goes back to it.
    expect(new Set(readdirSync(join(folder, 'moments')).map((name) => name.replace('.state', '')))).toEqual(
      new Set([...went, ...named]),
    );
  }
});

function isRecall(
  record: TakeRecord,
): record is Extract<TakeRecord, { type: 'command' }> & { command: { type: 'recall'; id: string } } {
  return record.type === 'command' && record.command.type === 'recall';
}

it('commands of the session protocol keep and recall by an id of the caller', async () => {
  const session = await LiveSession.open({ ...PIANO, mode: 'answer', takes: null });
  const changed = new Promise<void>((resolve) => void session.snapshots.watch(resolve));
  session.command({ type: 'keep', id: 'verse' });
  await changed;
  expect(session.snapshots.list()).toMatchObject([{ id: 'verse', name: 'verse', own: true }]);
  const back = next(session, ({ type }) => type === 'restored');
  session.command({ type: 'recall', id: 'verse' });
  await back;
  const refused = expect.objectContaining({ code: 'SNAPSHOT_UNKNOWN' });
  expect(() => session.command({ type: 'recall', id: 'chorus' })).toThrow(refused);
  await session.close();
});

it('snapshots outlive another model, which cannot go back to them, and says why', async () => {
  const session = await LiveSession.open({ ...PIANO, mode: 'answer', takes });
  await exchange(session, [60, 64]);
  const { id } = await session.snapshots.keep('verse');
  await session.load({ model: 'piano-pop', when: 'now' });
  expect(session.snapshots.list()).toMatchObject([{ id, unfit: expect.stringMatching(/piano-pop-start/) }]);
  expect(() => session.snapshots.recall(id)).toThrow(expect.objectContaining({ code: 'STATE_OTHER' }));
  await session.load({ model: 'piano-pop-start', when: 'now' });
  expect(session.snapshots.list()[0]!.unfit).toBeUndefined();
  await exchange(session, [60, 64]);
  const back = next(session, ({ type }) => type === 'restored');
  session.snapshots.recall(id);
  await back;
  const folder = session.takeFolder!;
  await session.close();
  expect((await replay(folder)).replayed).toMatchObject({ same: true, cutOff: false });
  // A session that goes on from the take has them too.
  const resumed = await LiveSession.open({
    ...PIANO,
    mode: 'answer',
    takes,
    resume: await stateOfTake(folder),
  });
  expect(resumed.snapshots.list()).toMatchObject([{ id, name: 'verse', own: true }]);
  await resumed.close();
});
