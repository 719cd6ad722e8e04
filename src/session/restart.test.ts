import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnState } from '../plugin/own-state.js';
import type { Checkpoint } from './checkpoint.js';
import { MODES, type Mode } from './commands.js';
import type { SessionEvent } from './events.js';
import { PlayedNotes } from './played-notes.js';
import { replayTake } from './replay.js';
import { Session, type SessionParts } from './session.js';
import { applyRecord, type TakeRecord } from './take.js';
import {
  COMMANDS,
  codec,
  lastTime,
  type Move,
  make,
  moves,
  performer,
  phrase,
  START,
  startOf,
} from './testing/jam.js';

const SILENT = { noteOn: () => {}, noteOff: () => {}, silence: () => {} };

/** One take of sessions that fail one after the other, each followed by another that goes on from the last checkpoint. */
class Line {
  readonly records: TakeRecord[] = [];
  readonly events: SessionEvent[] = [];
  /** Of the sessions so far, with how many records there were then. */
  checkpoint: Checkpoint | null = null;
  session: Session;
  #branch = 0;
  #sessions = 0;

  constructor(
    private readonly mode: Mode,
    private readonly parts: () => Omit<SessionParts, 'output' | 'mode' | 'time' | 'emit' | 'record'>,
  ) {
    this.session = this.#begin({ time: 0 });
  }

  #begin(start: Partial<SessionParts> & { readonly time: number }): Session {
    return new Session({
      ...this.parts(),
      ...{ output: SILENT, mode: this.mode, firstId: 1000 * this.#sessions++, ...start },
      emit: (event) => this.events.push(event),
      record: (record) => {
        this.records.push(record);
        if (record.type === 'sampled') this.#branch = Math.max(this.#branch, record.branch);
        // What was taken back is nothing to go on from.
        const length =
          record.type === 'back' ? record.length : record.type === 'zero' ? 1 : Number.POSITIVE_INFINITY;
        if (this.checkpoint && this.checkpoint.length > length) this.checkpoint = null;
      },
      checkpoint: (made) => {
        this.checkpoint = structuredClone(made);
      },
    });
  }

  /** Tokens of the stream. */
  tokens(): number[] {
    const tokens = [codec.startToken];
    for (const record of this.records) applyRecord(tokens, record);
    return tokens;
  }

  /** The session is gone, and the last `lost` of its records were never told. Another goes on; false where there is nothing to go on from. */
  fail(time: number): boolean {
    const { checkpoint } = this;
    if (checkpoint === null) return false;
    const { length, time: from } = checkpoint;
    const tokens = this.tokens().slice(0, length);
    const branch = this.#branch + 1000;
    const { mode, values } = this.session;
    this.records.push({ type: 'restart', time, from, length, branch, mode, values: { ...values } });
    const resume = { checkpoint, branch, tokens };
    this.checkpoint = null;
    this.session = this.#begin({ time, mode, values, resume });
    return true;
  }
}

/** A plugin that keeps how often each pitch class was played to it, and plays those the more. */
function learning(version = 1) {
  const counts = new Array<number>(12).fill(0);
  const parts = performer();
  const on = codec.symbols.flatMap((symbol, token) =>
    symbol.type === 'on' ? [[token, symbol.pitch % 12] as const] : [],
  );
  const ownState: OwnState = {
    version,
    hear: (event) => {
      if (event.type === 'noteOn') counts[event.pitch % 12]!++;
    },
    save: () => counts,
    load: (saved) => {
      if (!Array.isArray(saved)) throw new Error('not mine');
      for (let index = 0; index < 12; index++) counts[index] = saved[index] as number;
    },
  };
  const bias = (logits: Float32Array) => {
    for (const [token, pitchClass] of on) logits[token]! += counts[pitchClass]! / 4;
    return true;
  };
  return { ...parts, ownState, counts, grammar: { ...parts.grammar, bias } };
}

describe('what a plugin has learnt', () => {
  it('is kept where its session goes on from a checkpoint, and plays again token for token', () => {
    const parts = [learning(), learning()];
    let begun = 0;
    const line = new Line('answer', () => parts[begun++]!);
    line.session.command(START, 0);
    let end = phrase(line.session, 1, [60, 64, 60, 67, 60, 64, 60, 72]);
    for (let now = end; now < end + 9; now += 0.05) line.session.advance(now);
    expect(line.fail(15)).toBe(true);
    // All but the last notes of the phrase: the checkpoint was made at 2 s, or as the answer went on.
    expect(parts[1]!.counts[0]).toBeGreaterThan(2);
    line.session.command(START, 15);
    end = phrase(line.session, 16, [61, 61, 66, 61]);
    expect(parts[1]!.counts[1]).toBe(3);
    for (let now = end; now < end + 9; now += 0.05) line.session.advance(now);
    line.session.command({ type: 'stop' }, end + 9);
    line.records.push({ type: 'end', time: end + 9 });
    const replay = replayTake(line.records, { ...learning(), mode: 'answer', time: 0 });
    expect([replay.same, replay.differsAt]).toEqual([true, null]);
    // Without it, it would be other music.
    expect(again(line, 'answer').same).toBe(false);
  });

  it.each([
    ['a newer version of its form', { version: 2, json: '[1]' }, 'version 2'],
    ['what it does not know', { version: 1, json: '{}' }, 'cannot be loaded'],
  ])('begins anew, and says so, where it was kept in %s', (_, learnt, words) => {
    const parts = learning();
    const events: SessionEvent[] = [];
    const session = new Session({
      ...{ ...parts, output: SILENT, mode: 'answer', time: 3, record: () => {}, learnt },
      emit: (event) => void events.push(event),
    });
    expect(session.phase).toBe('stopped');
    expect(events).toEqual([
      { type: 'trouble', time: 3, code: 'PLUGIN_STATE', message: expect.stringContaining(words) },
    ]);
    expect(parts.counts).toEqual(new Array(12).fill(0));
  });

  it('is not kept, and that is said once, where JSON does not hold it, or it is too large', () => {
    for (const saved of [undefined, 10n, 'x'.repeat(300_000)]) {
      const ownState = { version: 1, save: () => saved, load: () => {} };
      const line = new Line('solo', () => ({ ...performer(), ownState }));
      line.session.command(START, 0);
      for (let now = 0; now < 7; now += 0.05) line.session.advance(now);
      expect(line.checkpoint!.learnt).toBeUndefined();
      const troubles = line.events.filter(({ type }) => type === 'trouble');
      expect(troubles).toMatchObject([{ code: 'PLUGIN_STATE' }]);
    }
  });
});

const again = (line: Line, mode: Mode) => replayTake(line.records, { ...performer(), mode, time: 0 });

describe('a session that goes on from the last checkpoint of one that failed', () => {
  it('plays again token for token, whenever it failed and however often, with what came after', () => {
    const looks = fc.array(fc.double({ min: 0.005, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 8 });
    const faults = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 40 });
    let restarts = 0;
    fc.assert(
      fc.property(fc.constantFrom(...MODES), moves(COMMANDS), looks, faults, (mode, list, steps, places) => {
        const line = new Line(mode, performer);
        line.session.command(START, 0);
        let [now, look] = [0, 0];
        const until = (time: number) => {
          for (; now < time; now += steps[look++ % steps.length]!) line.session.advance(now);
        };
        const play = (move: Move) => {
          until(startOf(move));
          make(line.session, move);
          now = Math.max(now, lastTime([move]));
        };
        for (const [index, move] of list.entries()) {
          play(move);
          if (places[index] !== 0) continue;
          const time = now + 0.7;
          if (!line.fail(time)) continue;
          restarts++;
          now = time;
          line.session.command(START, time);
        }
        until(lastTime(list) + 5);
        line.session.command({ type: 'stop' }, now);
        line.records.push({ type: 'end', time: now });
        const replay = again(line, mode);
        expect([replay.same, replay.differsAt]).toEqual([true, null]);
        expect(replay.state).toEqual(line.session.state());
      }),
      { numRuns: 150 },
    );
    expect(restarts).toBeGreaterThan(20);
  });

  it('knows what was played up to two seconds before, and its music goes on from that', () => {
    const line = new Line('answer', performer);
    line.session.command(START, 0);
    let end = phrase(line.session, 1, [60, 64, 67, 72, 60, 64, 67, 72, 76, 74]);
    for (let now = end; now < end + 12; now += 0.05) line.session.advance(now);
    const heard = line.tokens().length;
    expect(line.checkpoint!.length).toBeGreaterThan(heard / 2);
    expect(line.fail(20)).toBe(true);
    line.session.command(START, 20);
    end = phrase(line.session, 21, [60, 64, 67, 72]);
    for (let now = end; now < end + 6; now += 0.05) line.session.advance(now);
    line.session.command({ type: 'stop' }, end + 6);
    line.records.push({ type: 'end', time: end + 6 });
    expect(again(line, 'answer')).toMatchObject({ same: true, cutOff: false });
    // From zero, or with random numbers that were used before, it would be other music.
    const changed = line.records.map((record) =>
      record.type === 'restart' ? { ...record, branch: 0 } : record,
    );
    expect(replayTake(changed, { ...performer(), mode: 'answer', time: 0 }).same).toBe(false);
    expect(line.tokens().length).toBeGreaterThan(heard);
  });

  it('is no take where no session stood there', () => {
    const line = new Line('solo', performer);
    line.session.command(START, 0);
    for (let now = 0; now < 7; now += 0.05) line.session.advance(now);
    line.fail(8);
    const at = line.records.findIndex(({ type }) => type === 'restart');
    const other = line.records.map((record) =>
      record.type === 'restart' ? { ...record, length: record.length - 1 } : record,
    );
    expect(again(line, 'solo').same).toBe(true);
    expect(replayTake(other, { ...performer(), mode: 'solo', time: 0 })).toMatchObject({
      same: false,
      differsAt: at,
    });
  });

  it('has no note that the one before had only planned, and none that sounds on', () => {
    const line = new Line('solo', performer);
    line.session.command(START, 0);
    for (let now = 0; now < 7; now += 0.05) line.session.advance(now);
    line.fail(8);
    const { events } = again(line, 'solo');
    const playedNotes = new PlayedNotes();
    for (const event of events) playedNotes.add(event);
    const notes = playedNotes.notes('model', 100);
    expect(notes.length).toBeGreaterThan(5);
    for (const note of notes) expect(note.end).toBeLessThanOrEqual(8);
  });
});
