import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../music/events.js';
import type { Note, PerformanceEvent } from '../../music/note.js';
import { applyPedal } from '../../music/pedal.js';
import type { PerformanceCodec, TokenStream } from '../codec.js';
import { performances } from './performances.js';

/** Steps of 10 ms: a quantised time is at most half of one away, and floating point says that a hair late. */
const HALF_STEP = 0.005 + 1e-9;

/** What a codec must know about itself to be tested. */
interface Traits {
  readonly lowest: number;
  readonly highest: number;
  /** Velocities are told apart in so many bins. */
  readonly velocityBins: number;
}

/** The contract of every performance codec; a codec's own tests call it. */
export function describePerformanceCodec(codec: PerformanceCodec, traits: Traits): void {
  const width = Math.ceil(127 / traits.velocityBins);
  const binOf = (velocity: number) => Math.floor((velocity - 1) / width);
  const tokens = fc.array(fc.nat(codec.vocabulary.size - 1), { maxLength: 300 });
  const inRange = { lowest: traits.lowest, highest: traits.highest };

  describe(`${codec.id} keeps the codec contract`, () => {
    it('has a stable vocabulary', () => {
      const { size, hash, ranges } = codec.vocabulary;
      expect({ size, hash, ranges, start: codec.vocabulary.describe(codec.startToken) }).toMatchSnapshot();
    });

    it('describes and reads every token, and each differently', () => {
      const { vocabulary } = codec;
      const words = new Set<string>();
      for (let token = 0; token < vocabulary.size; token++) {
        const { range, values } = vocabulary.read(token);
        expect(vocabulary.token(range, values)).toBe(token);
        words.add(vocabulary.describe(token));
      }
      expect(words.size).toBe(vocabulary.size);
      for (const token of [-1, vocabulary.size, 0.5, Number.NaN]) {
        expect(() => vocabulary.describe(token)).toThrow(expect.objectContaining({ code: 'TOKEN_RANGE' }));
        expect(() => codec.decode([token])).toThrow(expect.objectContaining({ code: 'TOKEN_RANGE' }));
      }
    });

    it('gives the notes back within half a step and one velocity bin', () => {
      fc.assert(
        fc.property(performances(inRange), (performance) => {
          const { tokens, folded, merged } = codec.encode(performance);
          const wanted = applyPedal(performance);
          const got = codec.decode(tokens);
          expect(folded).toBe(0);
          expect(got.length).toBe(wanted.length - merged);
          if (merged > 0) return;
          // Within a step notes are in the order of pitches, not of their exact onsets.
          const byPitch = (a: Note, b: Note) => a.pitch - b.pitch || a.start - b.start;
          got.sort(byPitch);
          for (const [index, note] of wanted.sort(byPitch).entries()) {
            const back = got[index]!;
            expect(back.pitch).toBe(note.pitch);
            expect(binOf(back.velocity)).toBe(binOf(note.velocity));
            expect(Math.abs(back.start - note.start)).toBeLessThanOrEqual(HALF_STEP);
            const shortest = back.start + 0.01;
            expect(Math.abs(back.end - Math.max(shortest, note.end))).toBeLessThanOrEqual(HALF_STEP);
          }
        }),
      );
    });

    it('writes canonical streams: decoded and encoded again, they are the same tokens', () => {
      fc.assert(
        fc.property(performances(), (performance) => {
          const { tokens } = codec.encode(performance);
          const again = codec.encode({ notes: codec.decode(tokens), pedal: [] });
          expect(again).toEqual({ tokens, folded: 0, merged: 0 });
        }),
      );
    });

    it('decodes any tokens into legal music, which is canonical when encoded', () => {
      fc.assert(
        fc.property(tokens, (tokens) => {
          const notes = codec.decode(tokens);
          expectLegal(notes);
          const canonical = codec.encode({ notes, pedal: [] });
          expect(codec.decode(canonical.tokens)).toEqual(notes);
        }),
      );
    });

    it('writes the same tokens live as from the file', () => {
      fc.assert(
        fc.property(performances(), (performance) => {
          const events = eventsOf(performance);
          const stream = codec.stream(0, { silenceBound: Infinity });
          const live = events.flatMap((event) => stream.feed(event));
          live.push(...stream.advance(0));
          expect(live).toEqual(codec.encode(performance).tokens);
          expect(stream.openNotes('player')).toEqual([]);
        }),
      );
    });

    it('writes the same tokens live as from the file under the usual bound, where no silence passes it', () => {
      fc.assert(
        fc.property(performances({ longestGap: 0.3 }), (performance) => {
          fc.pre(longestSilence(applyPedal(performance)) < 0.98);
          const stream = codec.stream(0);
          const live = eventsOf(performance).flatMap((event) => stream.feed(event));
          live.push(...stream.advance(0));
          expect(live).toEqual(codec.encode(performance).tokens);
        }),
      );
    });

    it('says with its tokens how far the head moved', () => {
      fc.assert(
        fc.property(fc.array(moves(codec), { maxLength: 80 }), (moves) => {
          const stream = codec.stream(10, { silenceBound: Infinity });
          const said: number[] = [];
          for (const move of moves) {
            said.push(...written(stream, move));
            const steps = said.reduce((sum, token) => sum + stepsOf(codec, token), 0);
            expect(stream.head).toBeCloseTo(10 + steps / 100, 6);
          }
        }),
      );
    });

    it('stays legal whatever two voices do, and forbids nothing that is needed', () => {
      fc.assert(
        fc.property(fc.array(moves(codec), { maxLength: 80 }), fc.boolean(), (moves, masked) => {
          const stream = codec.stream(10);
          const mask = new Uint8Array(codec.vocabulary.size);
          const sounding = new Set<number>();
          let head = stream.head;
          for (const move of moves) {
            if (move.type === 'token') {
              mask.fill(1);
              stream.forbid(mask);
              expect(mask).toContain(1);
              const token = masked ? firstAllowed(mask, move.token) : move.token;
              follow(sounding, stream.accept(token), head);
            } else if (move.type === 'advance') stream.advance(head + move.by);
            else if (move.type === 'release') {
              follow(sounding, stream.release().events, head);
              expect(stream.openNotes('model')).toEqual([]);
            } else stream.feed(move.event(head));
            // A note of the model that the player strikes is the player's from then on.
            for (const pitch of [...sounding])
              if (!stream.openNotes('model').includes(pitch)) sounding.delete(pitch);
            expect(stream.openNotes('model')).toEqual([...sounding].sort((a, b) => a - b));
            expect(stream.head).toBeGreaterThanOrEqual(head - 1e-9);
            head = stream.head;
          }
        }),
      );
    });

    it('goes back to a snapshot exactly', () => {
      const some = fc.array(moves(codec), { maxLength: 30 });
      fc.assert(
        fc.property(some, some, (before, after) => {
          const stream = codec.stream(0);
          play(stream, before);
          const snapshot = stream.snapshot();
          const first = play(stream, after);
          stream.restore(snapshot);
          expect(play(stream, after)).toEqual(first);
          const other = codec.stream(99);
          other.restore(snapshot);
          expect(play(other, after)).toEqual(first);
        }),
      );
    });
  });
}

function expectLegal(notes: readonly Note[]): void {
  const ends = new Map<number, number>();
  let previous: Note | undefined;
  for (const note of notes) {
    expect(note.end).toBeGreaterThan(note.start);
    expect(note.start).toBeGreaterThanOrEqual(ends.get(note.pitch) ?? 0);
    ends.set(note.pitch, note.end);
    expect(note.velocity).toBeGreaterThanOrEqual(1);
    expect(note.velocity).toBeLessThanOrEqual(127);
    if (previous !== undefined) {
      expect(note.start - previous.start || note.pitch - previous.pitch).toBeGreaterThan(0);
    }
    previous = note;
  }
}

/** The longest time in which nothing sounds, before or between notes sorted by onset. */
function longestSilence(notes: readonly Note[]): number {
  let longest = 0;
  let end = 0;
  for (const note of notes) {
    longest = Math.max(longest, note.start - end);
    end = Math.max(end, note.end);
  }
  return longest;
}

type Move =
  | { readonly type: 'token'; readonly token: number }
  | { readonly type: 'advance'; readonly by: number }
  | { readonly type: 'release' }
  | { readonly type: 'event'; readonly event: (head: number) => PerformanceEvent };

/** Anything that may happen to a live stream, in any order. */
function moves(codec: PerformanceCodec): fc.Arbitrary<Move> {
  const by = fc.double({ min: -0.5, max: 2, noNaN: true });
  const pitch = fc.integer({ min: 58, max: 64 });
  const event = fc.oneof(
    fc.record({ by, pitch, velocity: fc.nat(127) }).map(
      ({ by, pitch, velocity }) =>
        (head: number) =>
          ({ type: 'noteOn', time: head + by, pitch, velocity }) as const,
    ),
    fc.record({ by, pitch }).map(
      ({ by, pitch }) =>
        (head: number) =>
          ({ type: 'noteOff', time: head + by, pitch }) as const,
    ),
    fc.record({ by, down: fc.boolean() }).map(
      ({ by, down }) =>
        (head: number) =>
          ({ type: 'pedal', time: head + by, down }) as const,
    ),
  );
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ type: fc.constant('token' as const), token: fc.nat(codec.vocabulary.size - 1) }),
    },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('event' as const), event }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('advance' as const), by }) },
    { weight: 1, arbitrary: fc.constant({ type: 'release' as const }) },
  );
}

/** Everything that the stream says to `moves`. */
function play(stream: TokenStream, moves: readonly Move[]): unknown[] {
  return moves.map((move) => {
    const { head } = stream;
    if (move.type === 'token') return stream.accept(move.token);
    if (move.type === 'advance') return stream.advance(head + move.by);
    if (move.type === 'release') return stream.release();
    return [stream.feed(move.event(head)), stream.openNotes('player')];
  });
}

/** The tokens that a move adds to the stream. */
function written(stream: TokenStream, move: Move): number[] {
  if (move.type === 'event') return stream.feed(move.event(stream.head));
  if (move.type === 'advance') return stream.advance(stream.head + move.by);
  if (move.type === 'release') return stream.release().tokens;
  stream.accept(move.token);
  return [move.token];
}

function stepsOf({ vocabulary }: PerformanceCodec, token: number): number {
  const { range, values } = vocabulary.read(token);
  return range === 'TIME_SHIFT' ? values.steps! + 1 : 0;
}

/** The first allowed token at or after `token`, round the end. */
function firstAllowed(mask: Uint8Array, token: number): number {
  const after = mask.indexOf(1, token);
  return after >= 0 ? after : mask.indexOf(1);
}

/** Follows the model's events: an on sounds anew, an off ends what sounds, and no time goes back. */
function follow(sounding: Set<number>, events: readonly PerformanceEvent[], head: number): void {
  for (const event of events) {
    expect(event.time).toBeGreaterThanOrEqual(head - 1e-9);
    if (event.type === 'noteOn') {
      expect(sounding.has(event.pitch)).toBe(false);
      sounding.add(event.pitch);
    } else if (event.type === 'noteOff') expect(sounding.delete(event.pitch)).toBe(true);
  }
}
