import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { openHostPerformer, setupsOf } from '../../dist/host/models/open-host-performer.js';
import {
  decodeState,
  encodeState,
  isAtRest,
  isWhole,
  type SavedState,
} from '../../dist/host/states/saved-state.js';
import { decodeRecords, encodeRecords } from '../../dist/host/states/tail.js';
import { replayRecordedTake } from '../../dist/host/takes/play-again.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import type { SessionEvent } from '../../dist/session/events.js';
import { isTimed, survivingTokens, type TakeRecord } from '../../dist/session/take.js';
import { BAND, PIANO, strike } from './jamming.js';

let takes: string;
beforeEach(() => {
  takes = mkdtempSync(join(tmpdir(), 'follow-'));
});
afterEach(() => rmSync(takes, { recursive: true, force: true }));

/** What a follower has: a state, and the records since, as they go over a network. */
class Copy {
  state: SavedState | null = null;
  readonly batches: string[] = [];
  /** States that were told. */
  told = 0;

  /** Records since the state that comes from {@link stands} must continue what was told before, unless they begin anew. */
  readonly all: string[] = [];

  stands(state: SavedState, since: readonly TakeRecord[], anew: boolean): void {
    this.state = decodeState(encodeState(state), 'a copy');
    this.batches.length = 0;
    const told = since.map((record) => JSON.stringify(record));
    if (anew) this.all.length = 0;
    else expect(this.all.slice(this.all.length - told.length)).toEqual(told);
    if (anew) this.all.push(...told);
    if (since.length > 0) this.batches.push(encodeRecords(since));
    this.told++;
  }

  add(records: readonly TakeRecord[]): void {
    if (this.state === null) throw new Error('records came before a state');
    for (const record of records) this.all.push(JSON.stringify(record));
    this.batches.push(encodeRecords(records));
  }

  /** What another session goes on from. */
  get handed() {
    const records = this.batches.flatMap((batch) => decodeRecords(batch, 'a copy'));
    const state = this.state!;
    const until = records.filter(isTimed).at(-1)?.time ?? state.time;
    return { state, take: null, tail: { records, until } };
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(10);
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

const isStop = (record: TakeRecord) => record.type === 'command' && record.command.type === 'stop';

describe.each([
  ['one member', PIANO],
  ['a band', BAND],
])('a session of %s that is followed', (_, plays) => {
  it('goes on elsewhere with the tokens that it has played, amid its turn, and the take of that replays', async () => {
    const before = await LiveSession.open({ ...plays, mode: 'answer', takes });
    const copy = new Copy();
    before.follow(copy);
    const phases: string[] = [];
    before.subscribe((event: SessionEvent) => {
      if (event.type === 'phase' && event.member === undefined) phases.push(event.phase);
    });
    await strike(before, [60, 64, 67, 72], 90);
    await until(() => phases.at(-1) === 'playing');
    await until(() => phases.at(-1) === 'waiting');
    before.command({ type: 'param', id: 'replyLength', value: 2 });
    await strike(before, [67, 65, 64, 62, 60], 90);
    await until(() => phases.at(-1) === 'playing');
    const told = copy.told;
    // It has said in this turn how it stands, and played on; a machine that is busy may come to look when the turn is over.
    await until(() => copy.told > told && (copy.batches.length > 0 || phases.at(-1) === 'waiting'));
    const handed = copy.handed;
    const { state, tail } = handed;
    const first = before.takeFolder!;
    await before.close();
    expect(isWhole(state)).toBe(true);
    expect(tail.until).toBeGreaterThanOrEqual(state.time);

    const after = await LiveSession.open({ ...plays, mode: 'answer', takes, resume: handed });
    const copyOfAfter = new Copy();
    after.follow(copyOfAfter);
    expect(copyOfAfter.state).toEqual(state);
    await until(() => copyOfAfter.told > 1);
    expect(isAtRest(copyOfAfter.state!)).toBe(true);
    expect(after.describe()).toMatchObject({ mode: 'answer', phase: 'waiting', firstNoteStarts: false });
    expect(after.describe().values.replyLength).toBe(2);
    // The turn that was under way can be taken back.
    after.command({ type: 'takeBack' });
    await strike(after, [60, 62], 90);
    await after.close();

    const { take, replayed } = await replay(after.takeFolder!);
    expect(take.header.version).toBe(7);
    expect(replayed).toMatchObject({ same: true, cutOff: false });
    const caughtUp = take.records.slice(
      0,
      take.records.findIndex(({ type }) => type === 'pause'),
    );
    expect(caughtUp.some(({ type }) => type === 'dropped')).toBe(false);
    const records = (await readTake(first)).records;
    const played = records.slice(0, records.findLastIndex(isStop));
    const members = [undefined, ...(plays.members ?? []).map(({ id }) => id)];
    for (const member of members) {
      const begun = state.members.find(({ id }) => id === (member ?? 'lead'))!.resumption.tokens;
      // The start token of each is that of its codec.
      const own = survivingTokens(played, begun.slice(0, 1), member);
      const again = survivingTokens(caughtUp, begun, member);
      expect(again.length).toBeGreaterThanOrEqual(begun.length);
      expect(own.length).toBeGreaterThanOrEqual(again.length);
      expect(again).toEqual(own.slice(0, again.length));
    }
    const back = take.records.findLast(({ type }) => type === 'back');
    const lead = state.members[0]!.resumption.tokens.length;
    // The turn that was under way is taken back, to before the phrase that it answered.
    expect(back).toMatchObject({ type: 'back' });
    expect(back!.type === 'back' && back!.length).toBeLessThan(lead);
  });
});
