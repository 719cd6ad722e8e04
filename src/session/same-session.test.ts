import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Band } from './band.js';
import type { MemberStands } from './band-parts.js';
import { CatchUp } from './catch-up.js';
import type { Checkpoint, Resumption } from './checkpoint.js';
import { MODES, type SessionCommand } from './commands.js';
import type { SessionEvent } from './events.js';
import { PlayedNotes } from './played-notes.js';
import { replayTake } from './replay.js';
import type { Session } from './session.js';
import { survivingTokens, type TakeRecord } from './take.js';
import { BAND_COMMANDS, bandJam, bandModes, OTHERS } from './testing/band-jam.js';
import {
  COMMANDS,
  codec,
  jam,
  lastTime,
  type Move,
  make,
  moves,
  performer,
  START,
  startOf,
} from './testing/jam.js';

/** How a session stood after a number of records. */
interface Stood {
  readonly of: readonly MemberStands[];
  readonly records: number;
}

/** What is told of a session. */
interface Told {
  readonly session: Session | Band;
  readonly events: SessionEvent[];
  readonly records: TakeRecord[];
}

const GAP = 1.25;
const share = fc.noBias(fc.integer({ min: 0, max: 999 })).map((part) => part / 1000);
const looks = fc.array(fc.double({ min: 0.005, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 8 });
const plan = fc.record({ at: share, cut: share, steps: looks });

/** The same move, `by` later. */
function later(move: Move, by: number): Move {
  if ('event' in move) return { event: { ...move.event, time: move.event.time + by } };
  if ('advance' in move) return { advance: move.advance + by };
  return { ...move, time: move.time + by };
}

/** A jam of several parts, one after the other. */
const jams = (commands: readonly SessionCommand[]): fc.Arbitrary<Move[]> =>
  fc.noBias(fc.array(moves(commands), { minLength: 3, maxLength: 5 })).map((parts) => {
    const all: Move[] = [];
    for (const part of parts) {
      const end = lastTime(all);
      all.push(...part.map((move) => later(move, end)));
    }
    return all;
  });

function play(
  session: Session | Band,
  list: readonly Move[],
  from: number,
  steps: readonly number[],
): number {
  let [now, look] = [from, 0];
  for (const move of list) {
    for (; now < startOf(move); now += steps[look++ % steps.length]!) session.advance(now);
    make(session, move);
    now = Math.max(now, lastTime([move]));
  }
  return now;
}

/** What a member's session goes on from, as another thread has it. */
function sameFrom({ checkpoint, member }: MemberStands, records: readonly TakeRecord[]): Resumption {
  const tokens = survivingTokens(records, codec.startToken, member).slice(0, checkpoint.length);
  return { checkpoint: structuredClone(checkpoint) as Checkpoint, branch: 0, tokens, same: true };
}

/** Events with the ids of notes as they come, since sessions count them in ranges of their own. */
function withoutIds(events: readonly SessionEvent[]): unknown[] {
  const ids = new Map<number, number>();
  return events.map((event) => {
    if (event.type === 'noteOn') ids.set(event.id, ids.size);
    return event.type === 'noteOn' || event.type === 'noteOff'
      ? { ...event, id: ids.get(event.id) ?? 'before' }
      : event;
  });
}

function notesOf(events: readonly SessionEvent[], from: number) {
  const played = new PlayedNotes();
  for (const event of events) played.add(event);
  const notes = [undefined, ...OTHERS].flatMap((member) => played.notes('model', 1e6, member));
  return notes
    .filter(({ start }) => start > from)
    .sort((one, other) => one.start - other.start || one.pitch - other.pitch);
}

const membersOf = (session: Session | Band): Session[] =>
  session instanceof Band ? session.sessions.map((one) => one.session) : [session];

/**
 * Plays a jam; another session goes on from where it stood once, catches up with it to a random moment, and both go on alike. Returns how
 * many of the places where it stood were amid a turn.
 */
function goesOnAlike(
  original: Told & { readonly stood: Stood[] },
  begin: (stood: Stood, resumed: (stands: MemberStands) => Resumption) => Told,
  list: readonly Move[],
  { at, cut, steps }: { readonly at: number; readonly cut: number; readonly steps: readonly number[] },
): { readonly stood: Stood; readonly second: Told; readonly end: number } | null {
  const { session, records, events } = original;
  const middle = Math.floor((0.3 + 0.7 * cut) * list.length);
  const now = play(session, list.slice(0, middle), 0, steps);
  const until = now + cut * 3;
  session.advance(until);
  const stood = original.stood[Math.floor(at * original.stood.length)];
  if (stood === undefined) return null;
  const told = [...records];
  const second = begin(stood, (stands) => sameFrom(stands, told.slice(0, stood.records)));
  const from = stood.of[0]!.checkpoint.time;
  const tail = JSON.parse(JSON.stringify(told.slice(stood.records))) as TakeRecord[];
  const catchUp = new CatchUp(second.session, { records: tail, until, from });
  while (catchUp.step());
  const [heard, heardSecond] = [events.length, second.events.length];
  const rest = list.slice(middle).map((move) => later(move, until - now + GAP));
  const ends = [original, second].map((one) => {
    one.session.pause(until + GAP, until);
    const end = play(one.session, rest, until + GAP, steps) + 4;
    one.session.advance(end);
    return end;
  });
  for (const member of [undefined, ...OTHERS]) {
    const stands = stood.of.find((one) => one.member === member);
    if (!stands) continue;
    const begun = sameFrom(stands, told.slice(0, stood.records)).tokens;
    const own = survivingTokens(records, codec.startToken, member);
    expect(survivingTokens(second.records, begun, member)).toEqual(own);
  }
  expect(notesOf(second.events, from)).toEqual(notesOf(events, from));
  // What was planned ahead of the pause never sounded.
  const after = (of: Told, before: number) =>
    withoutIds(of.events.slice(before).filter(({ time }) => time >= until + GAP));
  expect(after(second, heardSecond)).toEqual(after(original, heard));
  const own = membersOf(session);
  for (const [index, member] of membersOf(second.session).entries()) {
    expect(member.state()).toEqual(own[index]!.state());
    const { metronome: _, nextId: __, ...turn } = member.standing().turn!;
    const { metronome: ___, nextId: ____, ...turnOfOwn } = own[index]!.standing().turn!;
    expect({ ...turn, keys: [], sounding: [] }).toEqual({ ...turnOfOwn, keys: [], sounding: [] });
  }
  return { stood, second, end: ends[0]! };
}

const SILENT = { noteOn: () => {}, noteOff: () => {}, silence: () => {} };

describe('a session that catches up with another from where that stood', () => {
  it('is the same from there on: tokens, events, and state to the bit; and its take replays', () => {
    let [amid, rested] = [0, 0];
    fc.assert(
      fc.property(fc.constantFrom(...MODES), jams(COMMANDS), plan, (mode, list, cuts) => {
        const stood: Stood[] = [];
        const records: TakeRecord[] = [];
        const original = jam(mode, {
          record: (record) => void records.push(record),
          checkpoint: (checkpoint) =>
            void stood.push({
              of: [{ member: undefined, checkpoint: structuredClone(checkpoint) }],
              records: records.length,
            }),
        });
        original.session.keepsHistory = true;
        original.session.command(START, 0);
        let resume: Resumption | undefined;
        const begin = (place: Stood, resumed: (stands: MemberStands) => Resumption) => {
          resume = resumed(place.of[0]!);
          const second = jam(mode, { resume, time: resume.checkpoint.time });
          second.session.keepsHistory = true;
          return second;
        };
        const done = goesOnAlike({ ...original, records, stood }, begin, list, cuts);
        if (!done) return;
        const { phase } = done.stood.of[0]!.checkpoint.turn!;
        if (phase === 'playing' || phase === 'together') amid++;
        else rested++;
        done.second.session.command({ type: 'stop' }, done.end);
        const take: TakeRecord[] = [...done.second.records, { type: 'end', time: done.end }];
        const replay = replayTake(take, {
          ...performer(),
          mode,
          time: resume!.checkpoint.time,
          resume: resume!,
        });
        expect([replay.same, replay.differsAt]).toEqual([true, null]);
      }),
      { numRuns: 400 },
    );
    expect(amid).toBeGreaterThan(30);
    expect(rested).toBeGreaterThan(30);
  });

  it('is the same where it is a band of two or three, in whatever modes', () => {
    let count = 0;
    fc.assert(
      fc.property(bandModes, jams(BAND_COMMANDS), plan, (modes, list, cuts) => {
        const stood: Stood[] = [];
        const records: TakeRecord[] = [];
        const original = bandJam(modes, {
          record: (record) => void records.push(record),
          stands: (of) => void stood.push({ of: structuredClone(of), records: records.length }),
        });
        original.band.keepsHistory = true;
        original.band.command(START, 0);
        const begin = (place: Stood, resumed: (stands: MemberStands) => Resumption) => {
          const events: SessionEvent[] = [];
          const taken: TakeRecord[] = [];
          const session = new Band({
            members: modes.map((mode, index) => {
              const member = index === 0 ? undefined : OTHERS[index - 1]!;
              const stands = place.of.find((one) => one.member === member)!;
              return {
                ...{ ...performer(7 + index), mode, output: SILENT, resume: resumed(stands) },
                ...(member !== undefined && { id: member }),
              };
            }),
            time: place.of[0]!.checkpoint.time,
            emit: (event) => void events.push(event),
            record: (record) => void taken.push(record),
          });
          session.keepsHistory = true;
          return { session, events, records: taken };
        };
        if (
          goesOnAlike({ session: original.band, events: original.events, records, stood }, begin, list, cuts)
        )
          count++;
      }),
      { numRuns: 150 },
    );
    expect(count).toBeGreaterThan(50);
  });
});
