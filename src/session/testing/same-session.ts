import fc from 'fast-check';
import { expect } from 'vitest';
import { Band } from '../band.js';
import type { MemberParts, MemberStands } from '../band-parts.js';
import { CatchUp } from '../catch-up.js';
import type { Checkpoint, Resumption } from '../checkpoint.js';
import type { Mode, SessionCommand } from '../commands.js';
import type { SessionEvent } from '../events.js';
import { PlayedNotes } from '../played-notes.js';
import { replayTake } from '../replay.js';
import { Session } from '../session.js';
import { survivingTokens, type TakeRecord } from '../take.js';
import { OTHERS } from './band-jam.js';
import { lastTime, type Move, make, moves, START, startOf } from './jam.js';

/** What a member plays with. */
export type Performing = Omit<MemberParts, 'output' | 'mode' | 'id' | 'resume' | 'learnt'>;

/** A jam that is to be played twice. */
export interface TwiceJam {
  /** Makes what the members play with, anew for each session. */
  readonly performers: () => readonly Performing[];
  readonly modes: readonly Mode[];
  readonly list: readonly Move[];
  /** Where the second session begins and where it has caught up, as shares of what there is; when the clock is looked at. */
  readonly plan: { readonly at: number; readonly cut: number; readonly steps: readonly number[] };
}

/** How a session stood after a number of records. */
interface Stood {
  readonly of: readonly MemberStands[];
  readonly records: number;
}

/** A session with all that it says. */
interface Told {
  readonly session: Session | Band;
  readonly events: SessionEvent[];
  readonly records: TakeRecord[];
  readonly stood: Stood[];
}

const GAP = 1.25;
/** A note may come so much before the turn that it begins. */
const GRID = 0.01;
const SILENT = { noteOn: () => {}, noteOff: () => {}, silence: () => {} };
const share = fc.noBias(fc.integer({ min: 0, max: 999 })).map((part) => part / 1000);
const looks = fc.array(fc.double({ min: 0.005, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 8 });
/** See {@link TwiceJam.plan}. */
export const plans = fc.record({ at: share, cut: share, steps: looks });

/** The same move, `by` later. */
function later(move: Move, by: number): Move {
  if ('event' in move) return { event: { ...move.event, time: move.event.time + by } };
  if ('advance' in move) return { advance: move.advance + by };
  return { ...move, time: move.time + by };
}

/** A jam of several parts, one after the other. */
export const jams = (commands: readonly SessionCommand[]): fc.Arbitrary<Move[]> =>
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

const memberOf = (index: number) => (index === 0 ? undefined : OTHERS[index - 1]!);

/** A session, or a band where there are several modes, that begins from zero or is the one of a state. */
function begin(
  { performers, modes }: Pick<TwiceJam, 'performers' | 'modes'>,
  resumed?: { readonly of: Stood['of']; readonly from: (one: MemberStands) => Resumption },
): Told {
  const told = { events: [], records: [], stood: [] } as Omit<Told, 'session'>;
  const { events, records, stood } = told;
  const stands = (of: Stood['of']) => void stood.push({ of: structuredClone(of), records: records.length });
  const listener = {
    time: resumed ? resumed.of[0]!.checkpoint.time : 0,
    emit: (event: SessionEvent) => void events.push(event),
    record: (record: TakeRecord) => void records.push(record),
  };
  const members = performers().map((performer, index) => {
    const one = resumed?.of.find(({ member }) => member === memberOf(index));
    return { ...performer, mode: modes[index]!, output: SILENT, ...(one && { resume: resumed!.from(one) }) };
  });
  const [first] = members;
  const session =
    members.length === 1
      ? new Session({
          ...{ ...first!, ...listener },
          checkpoint: (checkpoint) => stands([{ member: undefined, checkpoint }]),
        })
      : new Band({
          ...{ ...listener, stands },
          members: members.map((member, index) =>
            index === 0 ? member : { ...member, id: memberOf(index)! },
          ),
        });
  session.keepsHistory = true;
  return { ...told, session };
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

const sessionsOf = (session: Session | Band): Session[] =>
  session instanceof Band ? session.sessions.map((one) => one.session) : [session];

/** What there is of a session beside stream and network that its music may depend on. */
function turnOf(session: Session): unknown {
  const { nextId: _, keys: __, sounding, ...turn } = session.standing().turn!;
  return { ...turn, sounding: sounding.map(({ pitch, part }) => ({ pitch, part })) };
}

/**
 * Plays a jam; another session goes on from where it stood once, catches up with it to a random moment, and both go on. Fails where they
 * differ, or where the take of the second does not replay. Returns in which phase the first member stood; null where it never stood.
 */
export function provesSame(jam: TwiceJam): string | null {
  const { performers, modes, list, plan } = jam;
  const first = begin(jam);
  first.session.command(START, 0);
  const middle = Math.floor((0.3 + 0.7 * plan.cut) * list.length);
  const now = play(first.session, list.slice(0, middle), 0, plan.steps);
  const until = now + 3 * plan.cut;
  first.session.advance(until);
  const stood = first.stood[Math.floor(plan.at * first.stood.length)];
  if (stood === undefined) return null;
  const told = [...first.records];
  const starts = performers().map(({ codec }) => codec.startToken);
  const startOfStream = (member: string | undefined) =>
    starts[modes.findIndex((_, index) => memberOf(index) === member)]!;
  const from = ({ checkpoint, member }: MemberStands): Resumption => {
    const stream = survivingTokens(told.slice(0, stood.records), startOfStream(member), member);
    const tokens = stream.slice(0, checkpoint.length);
    return { checkpoint: structuredClone(checkpoint) as Checkpoint, branch: 0, tokens, same: true };
  };
  const second = begin(jam, { of: stood.of, from });
  const { time } = stood.of[0]!.checkpoint;
  const tail = JSON.parse(JSON.stringify(told.slice(stood.records))) as TakeRecord[];
  const catchUp = new CatchUp(second.session, { records: tail, until, from: time });
  while (catchUp.step());
  const own = sessionsOf(first.session);
  const same = () => {
    for (const [index, session] of sessionsOf(second.session).entries()) {
      expect(session.state()).toEqual(own[index]!.state());
      expect(turnOf(session)).toEqual(turnOf(own[index]!));
    }
  };
  // Amid a turn, one may have sampled further ahead than the other.
  for (const [index, session] of sessionsOf(second.session).entries())
    expect(turnOf(session)).toEqual(turnOf(own[index]!));
  const heard = [first.events.length, second.events.length] as const;
  const rest = list.slice(middle).map((move) => later(move, until - now + GAP));
  let end = 0;
  for (const { session } of [first, second]) {
    session.pause(until + GAP, until);
    end = play(session, rest, until + GAP, plan.steps) + 4;
    session.advance(end);
  }
  for (const one of stood.of) {
    const stream = survivingTokens(first.records, startOfStream(one.member), one.member);
    expect(survivingTokens(second.records, from(one).tokens, one.member)).toEqual(stream);
  }
  expect(notesOf(second.events, time)).toEqual(notesOf(first.events, time));
  const isBefore = (event: SessionEvent) =>
    event.type === 'noteOn' && event.voice === 'model' && event.time < time - GRID;
  expect(second.events.some(isBefore)).toBe(false);
  // What was planned ahead of the pause never sounded.
  const after = ({ events }: Told, before: number) =>
    withoutIds(events.slice(before).filter((event) => event.time >= until + GAP));
  expect(after(second, heard[1])).toEqual(after(first, heard[0]));
  same();
  replays(jam, { second, stood, from, end });
  for (const { session } of [first, second]) session.free();
  return stood.of[0]!.checkpoint.turn!.phase;
}

/** The take of the second session replays by itself. */
function replays(
  { performers, modes }: TwiceJam,
  {
    second,
    stood,
    from,
    end,
  }: { second: Told; stood: Stood; from: (one: MemberStands) => Resumption; end: number },
): void {
  second.session.command({ type: 'stop' }, end);
  const take: TakeRecord[] = [...second.records, { type: 'end', time: end }];
  const members = performers().map((performer, index) => {
    const one = stood.of.find(({ member }) => member === memberOf(index));
    return { ...performer, mode: modes[index]!, ...(one && { resume: from(one) }) };
  });
  const [first, ...others] = members;
  const further = others.map((other, index) => ({ ...other, id: memberOf(index + 1)! }));
  const { same, differsAt } = replayTake(take, {
    ...{ ...first!, time: stood.of[0]!.checkpoint.time },
    ...(further.length > 0 && { others: further }),
  });
  expect([same, differsAt]).toEqual([true, null]);
}
