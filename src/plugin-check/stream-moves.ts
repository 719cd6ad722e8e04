import type { Codec, StreamSnapshot, TokenStream, TurnKind } from '../codec/codec.js';
import type { GivenPulse } from '../music/beats/tracker.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { defaultValues, type ParamSpecs } from '../plugin/params.js';
import type { Chance } from './chance.js';
import { demand } from './result.js';

/** An event of a live stream; times count from its head. */
export type StreamMove =
  | { readonly type: 'token'; readonly token: number }
  /** A token that the stream allows here; `share` of those allowed come before it. */
  | { readonly type: 'allowed'; readonly share: number }
  | { readonly type: 'advance'; readonly by: Seconds }
  | { readonly type: 'release' }
  /** A turn of the model begins, where none has begun and the stream is told of turns. */
  | { readonly type: 'turn'; readonly lasts: Seconds | null; readonly kind: TurnKind }
  | { readonly type: 'pulse'; readonly pulse: (head: Seconds) => GivenPulse | null }
  | { readonly type: 'event'; readonly event: (head: Seconds) => PerformanceEvent };

/** Random moves of every kind, in any order. */
export function streamMoves(codec: Codec, chance: Chance, count: number): StreamMove[] {
  return Array.from({ length: count }, () => {
    const kind = chance.next();
    if (kind < 0.3) return { type: 'token', token: chance.integer(0, codec.vocabulary.size - 1) };
    if (kind < 0.5) return { type: 'allowed', share: chance.next() };
    if (kind < 0.8) return { type: 'event', event: playerEvent(chance) };
    if (kind < 0.88) return { type: 'advance', by: chance.between(-0.5, 2) };
    if (kind < 0.94) return turn(chance);
    return kind < 0.96 ? { type: 'pulse', pulse: pulse(chance) } : { type: 'release' };
  });
}

const KINDS: readonly TurnKind[] = ['answer', 'along', 'alone'];

function turn(chance: Chance): StreamMove {
  const lasts = chance.next() < 0.5 ? null : chance.between(0, 20);
  return { type: 'turn', lasts, kind: chance.pick(KINDS) };
}

function pulse(chance: Chance): (head: Seconds) => GivenPulse | null {
  const by = chance.between(-1, 1);
  const period = chance.between(0.25, 1.5);
  const kind = chance.next();
  return (head) =>
    kind < 0.3
      ? null
      : { beatAt: head + by, period, ...(kind < 0.6 && { bar: true }), ...(kind > 0.85 && { heard: true }) };
}

function playerEvent(chance: Chance): (head: Seconds) => PerformanceEvent {
  const by = chance.between(-0.2, 1);
  const pitch = chance.integer(55, 76);
  const velocity = chance.integer(1, 127);
  const kind = chance.next();
  const down = chance.next() < 0.5;
  return (head) => {
    const time = head + by;
    if (kind < 0.5) return { type: 'noteOn', time, pitch, velocity };
    return kind < 0.9 ? { type: 'noteOff', time, pitch } : { type: 'pedal', time, down };
  };
}

interface FollowedSnapshot {
  readonly stream: StreamSnapshot;
  readonly inTurn: boolean;
  readonly sounding: readonly number[];
}

/** Drives a stream, and follows which of the model's notes sound. Throws a Violation where the stream breaks the contract. */
export class FollowedStream {
  readonly stream: TokenStream;
  readonly sounding = new Set<number>();
  readonly #mask: Uint8Array; // (token), 1 = allowed
  #inTurn = false;

  constructor(
    private readonly codec: Codec,
    params: ParamSpecs,
  ) {
    this.stream = codec.stream(0);
    this.stream.setParams?.(defaultValues(params));
    this.#mask = new Uint8Array(codec.vocabulary.size);
  }

  /** Whether a turn of the model has begun that has not ended. */
  get inTurn(): boolean {
    return this.#inTurn;
  }

  /** A moment to go back to with {@link restore}. */
  snapshot(): FollowedSnapshot {
    return { stream: this.stream.snapshot(), inTurn: this.#inTurn, sounding: [...this.sounding] };
  }

  restore({ stream, inTurn, sounding }: FollowedSnapshot): void {
    this.stream.restore(stream);
    this.#inTurn = inTurn;
    this.sounding.clear();
    for (const pitch of sounding) this.sounding.add(pitch);
  }

  /** Makes a move; returns the stream's answer as plain data. */
  make(move: StreamMove): unknown {
    const { stream } = this;
    const { head } = stream;
    // Where a turn ends, what was decided for later falls away.
    const mayGoBack = move.type === 'release' && this.#inTurn;
    const said = this.#make(move, head);
    demand(Number.isFinite(stream.head), () => `The head of the stream stands at ${stream.head} s.`);
    demand(
      mayGoBack || stream.head >= head - 1e-9,
      () => `The head of the stream went back from ${head} to ${stream.head} s.`,
    );
    return said;
  }

  #make(move: StreamMove, head: Seconds): unknown {
    const { stream } = this;
    switch (move.type) {
      case 'token':
        return this.#follow(stream.accept(move.token), `the token ${move.token}`);
      case 'allowed': {
        const token = this.#allowed(move.share);
        return token < 0 ? null : this.#follow(stream.accept(token), `the token ${token}, which it allowed`);
      }
      case 'advance': {
        const tokens = this.#tokens(stream.advance(head + move.by), 'time that passes');
        this.#yield();
        return tokens;
      }
      case 'turn':
        return this.#beginTurn(head, move);
      case 'pulse':
        return stream.setPulse?.(move.pulse(head), head);
      case 'release': {
        this.#inTurn = false;
        const { tokens, events } = stream.release();
        this.#follow(events, 'the end of the turn');
        return [this.#tokens(tokens, 'the end of the turn'), events];
      }
      case 'event': {
        const said = move.event(head);
        const event = this.#inTurn ? { ...said, time: Math.max(head, said.time) } : said;
        const tokens = [...this.#tokens(stream.feed(event), `${event.type} of the player`)];
        // In a turn, a session lets the time of the event pass at once.
        if (this.#inTurn) tokens.push(...this.#tokens(stream.advance(event.time), 'time that passes'));
        this.#yield();
        return [tokens, stream.openNotes('player')];
      }
    }
  }

  /** -1 where nothing is allowed. */
  #allowed(share: number): number {
    this.#mask.fill(1);
    this.stream.forbid(this.#mask);
    const tokens = [...this.#mask.keys()].filter((token) => this.#mask[token] === 1);
    return tokens[Math.floor(share * tokens.length)] ?? -1;
  }

  #beginTurn(head: Seconds, { lasts, kind }: Extract<StreamMove, { type: 'turn' }>): unknown {
    const { stream } = this;
    if (!stream.beginTurn || this.#inTurn) return null;
    // The model holds no note where its turn begins.
    const before = this.make({ type: 'release' });
    this.#inTurn = true;
    const { tokens, end } = stream.beginTurn(lasts === null ? null : head + lasts, kind);
    demand(end === null || Number.isFinite(end), () => `The stream says that a turn ends at ${end} s.`);
    return [before, this.#tokens(tokens, 'the beginning of a turn'), end];
  }

  /** Notes that the model no longer holds, as the player struck them again, or they are over: the session ends them. */
  #yield(): void {
    const open = this.stream.openNotes('model');
    for (const pitch of [...this.sounding]) if (!open.includes(pitch)) this.sounding.delete(pitch);
  }

  #tokens(tokens: readonly number[], what: string): readonly number[] {
    const { size } = this.codec.vocabulary;
    for (const token of tokens)
      demand(
        Number.isInteger(token) && token >= 0 && token < size,
        () => `The stream wrote the token ${token} for ${what}; its vocabulary has 0 to ${size - 1}.`,
      );
    return tokens;
  }

  #follow(events: readonly PerformanceEvent[], what: string): readonly PerformanceEvent[] {
    for (const event of events) {
      demand(Number.isFinite(event.time), () => `The stream made an event at ${event.time} s of ${what}.`);
      if (event.type === 'pedal') continue;
      const { pitch } = event;
      demand(
        Number.isInteger(pitch) && pitch >= 0 && pitch <= 127,
        () => `The stream made a note of pitch ${pitch} of ${what}; MIDI has 0 to 127.`,
      );
      if (event.type === 'noteOff') {
        this.sounding.delete(pitch);
        continue;
      }
      const { velocity } = event;
      demand(
        velocity >= 1 && velocity <= 127,
        () => `The stream made a note of velocity ${velocity} of ${what}; MIDI has 1 to 127.`,
      );
      this.sounding.add(pitch);
    }
    return events;
  }
}
