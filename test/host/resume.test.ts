import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { openHostPerformer, setupsOf } from '../../dist/host/models/open-host-performer.js';
import { stateOfTake } from '../../dist/host/states/state-of-take.js';
import { replayRecordedTake } from '../../dist/host/takes/play-again.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import type { SessionEvent } from '../../dist/session/events.js';
import { BAND, exchange, PIANO } from './jamming.js';

let takes: string;
beforeEach(() => {
  takes = mkdtempSync(join(tmpdir(), 'resume-'));
});
afterEach(() => rmSync(takes, { recursive: true, force: true }));

/** The streams of all members. */
async function tokensOf(session: LiveSession): Promise<number[][]> {
  const { members } = await session.snapshots.state();
  return members.map(({ resumption }) => [...resumption.tokens]);
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

describe.each([
  ['one member', PIANO],
  ['a band', BAND],
])('a session of %s', (_, plays) => {
  it('goes on in another process from what its take kept, and its takes replay', async () => {
    const before = await LiveSession.open({ ...plays, mode: 'answer', takes });
    before.command({ type: 'param', id: 'replyLength', value: 0.5 });
    await exchange(before, [60, 64, 67, 72], 100);
    const first = before.takeFolder!;
    await before.close();

    const resume = await stateOfTake(first);
    const { state } = resume;
    const known = state.members[0]!.resumption.tokens;
    expect(known.length).toBeGreaterThan(20);
    expect(state.members[0]!.values.replyLength).toBe(0.5);

    const after = await LiveSession.open({ ...plays, mode: 'answer', takes, resume });
    expect(after.describe().values.replyLength).toBe(0.5);
    await exchange(after, [71, 67], 100);
    const second = after.takeFolder!;
    await after.close();

    for (const folder of [first, second])
      expect((await replay(folder)).replayed).toMatchObject({ same: true, cutOff: false });
    const { take, replayed } = await replay(second);
    expect(take.header).toMatchObject({
      version: 7,
      resumed: { take: first.split('/').at(-1), from: state.time },
    });
    expect(replayed.tokens).toBeGreaterThan(known.length);
    // A third goes on from the second, with the stream of both.
    const third = (await stateOfTake(second)).state.members[0]!.resumption.tokens;
    expect(third.length).toBeGreaterThan(known.length);
    expect([...third.slice(0, known.length)]).toEqual([...known]);
  });

  it('goes on from a state before it went back to a moment, with what it played after that', async () => {
    const before = await LiveSession.open({ ...plays, mode: 'answer', takes });
    before.command({ type: 'param', id: 'replyLength', value: 0.5 });
    await exchange(before, [60, 64, 67], 100);
    const { id } = await before.snapshots.keep('verse');
    await before.snapshots.keepUnnamed('own');
    const folder = before.takeFolder!;
    const [last, older] = [join(folder, 'last.state'), join(takes, 'older.state')];
    while (!existsSync(last)) await setTimeout(20);
    copyFileSync(last, older);
    await exchange(before, [70, 72], 100);
    before.snapshots.recall(id);
    await exchange(before, [71, 67], 100);
    before.snapshots.recallUnnamed('own');
    await exchange(before, [62, 65, 69], 100);
    const played = await tokensOf(before);
    await before.close();
    copyFileSync(older, last);

    const resume = await stateOfTake(folder);
    expect(resume.recalled!.map((moment) => moment.id)).toEqual([id, 'own']);
    const after = await LiveSession.open({ ...plays, mode: 'answer', takes, resume });
    const refused: SessionEvent[] = [];
    after.subscribe((event) => {
      if (event.type === 'trouble') refused.push(event);
    });
    for (const [member, tokens] of (await tokensOf(after)).entries())
      expect(tokens.slice(0, played[member]!.length)).toEqual(played[member]);
    expect(refused).toEqual([]);
    while (after.takeFolder === null) await setTimeout(20);
    const second = after.takeFolder!;
    await after.close();
    const { take, replayed } = await replay(second);
    expect(replayed).toMatchObject({ same: true, cutOff: false });
    expect([...take.moments!.keys()]).toEqual([id, 'own']);
  });
});

it('what was forgotten stays forgotten', async () => {
  const session = await LiveSession.open({ ...PIANO, mode: 'answer', takes });
  await exchange(session, [60, 64], 100);
  session.command({ type: 'reset' });
  await setTimeout(100);
  const folder = session.takeFolder!;
  await session.close();
  const { state } = await stateOfTake(folder);
  expect(state.members[0]!.resumption.tokens.length).toBe(1);
});

it('a state of other weights, or of another plugin, is refused, and says what differs', async () => {
  const session = await LiveSession.open({ ...PIANO, mode: 'answer', takes });
  await exchange(session, [60, 64], 100);
  const folder = session.takeFolder!;
  await session.close();
  const resume = await stateOfTake(folder);
  await expect(
    LiveSession.open({ ...PIANO, model: 'piano-pop', mode: 'answer', takes, resume }),
  ).rejects.toMatchObject({ code: 'STATE_OTHER', message: expect.stringMatching(/weights/) });
  rmSync(join(folder, 'last.state'));
  await expect(stateOfTake(folder)).rejects.toMatchObject({ code: 'STATE_OTHER' });
  expect(readFileSync(join(folder, 'take.jsonl'), 'utf8')).toContain('"type":"end"');
});
