import type { Voice } from '../codec/codec.js';
import { exhausted } from '../exhausted.js';
import type { Draw } from '../model/sampler.js';
import type { Seconds } from '../music/units.js';
import type { Output } from '../session/ledger.js';
import { Session } from '../session/session.js';
import { applyRecord } from '../session/take.js';
import { demand } from './result.js';
import type { SessionMove } from './session-moves.js';
import type { LiveParts, Subject } from './subject.js';

/** What a session produced. */
export interface PlayedSession {
  /** The stream's tokens in the end, start token first. */
  readonly tokens: readonly number[];
  /** Messages to the output, in order. */
  readonly sent: readonly string[];
}

/** How often the session looks at the clock, which must not change the music. */
interface Looks {
  /** Time between two looks at the clock. */
  readonly every: Seconds;
  /** Most tokens that are planned between two looks. */
  readonly portion?: number;
}

/** How long the session plays on after the last move. */
const AFTER: Seconds = 6;

/**
 * Plays a whole session without a clock, and stops it. Throws a Violation for a token outside the vocabulary, a logit that is not a
 * number, or a note that is left sounding.
 */
export function playMoves(
  parts: LiveParts,
  moves: readonly SessionMove[],
  sign: Subject['sign'],
  { every, portion }: Looks = { every: 0.25 },
): PlayedSession {
  const tokens = [parts.codec.startToken];
  const synth = new Synth();
  const session = new Session({
    ...parts,
    createDraw: (...branch) => checkedDraw(parts.createDraw(...branch)),
    output: synth,
    mode: 'answer',
    time: 0,
    ...(portion !== undefined && { portion }),
    emit() {},
    record(record) {
      if (record.type === 'fed' || record.type === 'sampled') checkTokens(record.tokens, parts);
      applyRecord(tokens, record);
    },
  });
  let now: Seconds = 0;
  const until = (time: Seconds) => {
    for (; now + every < time; now += every) {
      session.advance(now + every);
      sign();
    }
    now = Math.max(now, time);
    session.advance(now);
  };
  for (const move of moves) {
    until(move.time);
    if (move.type === 'pause') now += move.seconds;
    make(session, move);
  }
  until(now + AFTER);
  session.command({ type: 'stop' }, now);
  synth.checkSilent();
  return { tokens, sent: synth.sent };
}

function make(session: Session, move: SessionMove): void {
  switch (move.type) {
    case 'input':
      session.input(move.event);
      return;
    case 'command':
      session.command(move.command, move.time);
      return;
    case 'look':
      session.advance(move.time);
      return;
    case 'pause':
      session.pause(move.time + move.seconds, move.time);
      return;
    case 'hold':
      session.hold(move.held, move.time);
      return;
    default:
      exhausted(move);
  }
}

function checkTokens(tokens: readonly number[], { codec }: LiveParts): void {
  const { size } = codec.vocabulary;
  for (const token of tokens)
    demand(
      Number.isInteger(token) && token >= 0 && token < size,
      () => `The session wrote the token ${token}; the vocabulary of ${codec.id} has 0 to ${size - 1}.`,
    );
}

/** The same draw, with its logits checked. */
function checkedDraw(draw: Draw): Draw {
  return (logits, mask) => {
    for (let token = 0; token < logits.length; token++)
      demand(
        mask[token] === 0 || logits[token]! < Number.POSITIVE_INFINITY,
        () => `The logit of token ${token} is ${logits[token]}.`,
      );
    return draw(logits, mask);
  };
}

/** A synthesizer at the output: it knows which notes sound. */
class Synth implements Output {
  readonly sent: string[] = [];
  readonly #channels: string[] = [''];
  readonly #sounding = new Set<string>();

  /** Each instrument has a channel of its own here. */
  channelOf(voice: Voice, part?: string): number {
    const name = voice === 'player' ? '' : (part ?? '');
    if (!this.#channels.includes(name)) this.#channels.push(name);
    return this.#channels.indexOf(name);
  }

  noteOn(pitch: number, velocity: number, voice: Voice = 'model', part?: string): void {
    const note = this.#named(pitch, this.channelOf(voice, part));
    demand(!this.#sounding.has(note), () => `The note ${note} was begun while it sounded.`);
    this.#sounding.add(note);
    this.sent.push(`on ${note} ${velocity}`);
  }

  noteOff(pitch: number, channel = 0): void {
    const note = this.#named(pitch, channel);
    demand(this.#sounding.delete(note), () => `The note ${note} was ended while it did not sound.`);
    this.sent.push(`off ${note}`);
  }

  #named(pitch: number, channel: number): string {
    const part = this.#channels[channel];
    return part ? `${pitch} of ${part}` : `${pitch}`;
  }

  silence(): void {
    this.checkSilent();
  }

  checkSilent(): void {
    demand(this.#sounding.size === 0, () => `Left sounding: ${[...this.#sounding].join(', ')}.`);
  }
}
