import { ContinuoError } from '../../errors.js';
import { Chance } from '../chance.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import { FollowedStream, streamMoves } from '../stream-moves.js';
import type { Subject } from '../subject.js';
import { type CheckedCodec, codecsOf } from './codecs.js';

const SEQUENCES = 40;
const LONGEST = 200;

/** A codec decodes and plays any tokens in any order, whatever a player does meanwhile, and refuses numbers that are none. */
export function checkDecodeAny(subject: Subject): Finding {
  const codecs = codecsOf(subject);
  if (codecs.length === 0)
    return skipped('The plugin has no codec that can be opened without a model of its own.');
  for (const codec of codecs) decodeAny(codec, subject);
  if (subject.live) streamAny(subject);
  return passed(
    `${SEQUENCES} random sequences of up to ${LONGEST} tokens were decoded, and played in streams.`,
  );
}

function decodeAny(codec: CheckedCodec, { seed, sign }: Subject): void {
  const { size } = codec.vocabulary;
  for (const token of [-1, size, 0.5, Number.NaN])
    refuses(() => codec.vocabulary.describe(token), token, codec.id);
  if (codec.decode === undefined) return;
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    sign();
    const chance = new Chance(seed, sequence);
    codec.decode(Array.from({ length: chance.integer(0, LONGEST) }, () => chance.integer(0, size - 1)));
  }
}

function refuses(read: () => unknown, token: number, codec: string): void {
  let refused: unknown;
  try {
    read();
  } catch (error) {
    refused = error;
  }
  demand(
    refused instanceof ContinuoError && refused.code === 'TOKEN_RANGE',
    () =>
      `${codec} has no token ${token}, and should throw a ContinuoError TOKEN_RANGE for it; it ` +
      `${refused === undefined ? 'threw nothing' : `threw ${String(refused)}`}.`,
  );
}

function streamAny({ live, seed, sign }: Subject): void {
  const { codec, pluginParams } = live!(seed);
  const mask = new Uint8Array(codec.vocabulary.size);
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    sign();
    const chance = new Chance(seed, SEQUENCES + sequence);
    const followed = new FollowedStream(codec, pluginParams);
    for (const move of streamMoves(codec, chance, LONGEST)) {
      followed.make(move);
      requireSomeAllowed(followed, mask);
    }
  }
}

/** In a turn of the model that is not over, and where one begins here, at least one token must be allowed. */
function requireSomeAllowed({ stream, inTurn }: FollowedStream, mask: Uint8Array): void {
  const here = stream.snapshot();
  stream.advance(stream.head);
  if (!inTurn) stream.beginTurn?.(null, 'answer');
  const { turnEnd } = stream;
  if (typeof turnEnd === 'number' && stream.head >= turnEnd) {
    stream.restore(here);
    return;
  }
  mask.fill(1);
  stream.forbid(mask);
  demand(
    mask.includes(1),
    () =>
      `${inTurn ? 'In a turn of the model' : 'A turn begins, and'} the stream forbids every token: not even time may pass.`,
  );
  stream.restore(here);
}
