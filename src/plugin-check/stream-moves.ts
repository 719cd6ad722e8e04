import type { Codec, TokenStream } from '../codec/codec.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { defaultValues, type ParamSpecs } from '../plugin/params.js';
import type { Chance } from './chance.js';
import { demand } from './result.js';

/** An event of a live stream; times count from its head. */
export type StreamMove =
  | { readonly type: 'token'; readonly token: number }
  | { readonly type: 'advance'; readonly by: Seconds }
  | { readonly type: 'release' }
  | { readonly type: 'event'; readonly event: (head: Seconds) => PerformanceEvent };

/** Random moves of every kind, in any order. */
export function streamMoves(codec: Codec, chance: Chance, count: number): StreamMove[] {
  return Array.from({ length: count }, () => {
    const kind = chance.next();
    if (kind < 0.5) return { type: 'token', token: chance.integer(0, codec.vocabulary.size - 1) };
    if (kind < 0.85) return { type: 'event', event: playerEvent(chance) };
    if (kind < 0.95) return { type: 'advance', by: chance.between(-0.5, 2) };
    return { type: 'release' };
  });
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

/** Drives a stream, and follows which of the model's notes sound. Throws a Violation where the stream breaks the contract. */
export class FollowedStream {
  readonly stream: TokenStream;
  readonly sounding = new Set<number>();

  constructor(
    private readonly codec: Codec,
    params: ParamSpecs,
  ) {
    this.stream = codec.stream(0);
    this.stream.setParams?.(defaultValues(params));
  }

  /** Makes a move; returns the stream's answer as plain data. */
  make(move: StreamMove): unknown {
    const { stream } = this;
    const { head } = stream;
    const said = this.#make(move, head);
    demand(Number.isFinite(stream.head), () => `The head of the stream stands at ${stream.head} s.`);
    demand(
      stream.head >= head - 1e-9,
      () => `The head of the stream went back from ${head} to ${stream.head} s.`,
    );
    return said;
  }

  #make(move: StreamMove, head: Seconds): unknown {
    const { stream } = this;
    switch (move.type) {
      case 'token':
        return this.#follow(stream.accept(move.token), `the token ${move.token}`);
      case 'advance':
        return this.#tokens(stream.advance(head + move.by), 'time that passes');
      case 'release': {
        const { tokens, events } = stream.release();
        this.#follow(events, 'the end of the turn');
        return [this.#tokens(tokens, 'the end of the turn'), events];
      }
      case 'event': {
        const event = move.event(head);
        const tokens = this.#tokens(stream.feed(event), `${event.type} of the player`);
        this.#yield();
        return [tokens, stream.openNotes('player')];
      }
    }
  }

  /** Notes of the model that the player struck again: the session ends them. */
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
