import { z } from 'zod';
import type { Agree } from '../../plugin/agree.js';
import { MOST_MEMBERS } from '../../session/band-size.js';
import { mode, sessionCommand } from '../../session/command-schema.js';
import type { TakeRecord } from '../../session/take.js';
import { setup } from '../models/setup-schema.js';
import type { TakeHeader } from './header.js';

/** The schema of a take's lines. A line that does not match is refused with its number. */

/** Session time in seconds. The bound, 30 years, is what a grid of 10 ms in float64 and 32-bit steps can hold. */
const time = z.number().min(0).max(1e9);
const pitch = z.int().min(0).max(127);
const velocity = z.int().min(1).max(127);
/** A token; only the codec can check whether its vocabulary has it. */
const tokens = z.array(z.int().min(0)).readonly();
const word = z.string().max(128);
/** The member of a band whose stream a record is about. */
const member = z.exactOptional(word);

const channel = z.int().min(1).max(16);
const program = z.int().min(1).max(128).exactOptional();
const voices = z
  .array(z.strictObject({ id: word, name: word, channel, program }))
  .max(16)
  .readonly();

export const takeHeader = z.strictObject({
  type: z.literal('take'),
  version: z.literal([1, 2, 3, 4, 5, 6, 7]),
  date: word,
  setup,
  pluginVersion: word,
  modelHash: word,
  /** What the plugin had learnt before, in JSON of its own. */
  learnt: z.strictObject({ version: z.int().min(0), json: z.string().max(2 ** 20) }).exactOptional(),
  resumed: z.strictObject({ take: z.string().max(4096).nullable(), from: time }).exactOptional(),
  mode,
  time,
  voices: voices.exactOptional(),
  members: z
    .array(
      z.strictObject({
        ...{ id: word, pluginVersion: word, modelHash: word, mode, channel },
        voices,
      }),
    )
    .max(MOST_MEMBERS - 1)
    .readonly()
    .exactOptional(),
});

const playerEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('noteOn'), time, pitch, velocity }),
  z.strictObject({ type: z.literal('noteOff'), time, pitch }),
  z.strictObject({ type: z.literal('pedal'), time, down: z.boolean() }),
]);

const values = z.record(word, z.union([z.number(), z.string().max(4096), z.boolean(), z.null()]));
const memberRestart = z.strictObject({
  ...{ member: word, from: time, length: z.int().min(1), branch: z.int().min(0), mode, values },
});

export const takeRecord = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('input'), time, event: playerEvent })
    .refine((input) => input.event.time === input.time, 'an input has one time, but its event has another'),
  z.strictObject({ type: z.literal('command'), time, command: sessionCommand }),
  z.strictObject({
    type: z.literal('clock'),
    time: time.refine(Number.isInteger, 'expected a whole second'),
  }),
  z.strictObject({ type: z.literal('fed'), tokens, member }),
  z.strictObject({ type: z.literal('sampled'), branch: z.int().min(0), tokens, member }),
  z.strictObject({ type: z.literal('back'), length: z.int().min(1), member }),
  z.strictObject({ type: z.literal('zero'), member }),
  z.strictObject({ type: z.literal('dropped'), time, pitch, member }),
  z
    .strictObject({ type: z.literal('pause'), time, until: time })
    .refine(({ time, until }) => until >= time, 'a pause ends before it begins'),
  z
    .strictObject({
      type: z.literal('gap'),
      from: time,
      to: time,
      lost: z.int().min(0),
      length: z.int().min(1),
    })
    .refine(({ from, to }) => from <= to, 'a gap cannot end before it begins'),
  z.strictObject({ type: z.literal('hold'), time, held: z.boolean() }),
  z
    .strictObject({
      ...{
        type: z.literal('restart'),
        time,
        from: time,
        length: z.int().min(1),
        branch: z.int().min(0),
        mode,
      },
      values,
      others: z.exactOptional(z.array(memberRestart).max(MOST_MEMBERS).readonly()),
      hung: z.literal(true).exactOptional(),
      plugin: z.strictObject({ version: word, code: word }).exactOptional(),
    })
    .refine(({ from, time }) => from <= time, 'a session cannot go on from a moment that is yet to come'),
  z
    .strictObject({
      ...{ type: z.literal('rejoin'), member: word, time, from: time },
      ...{ length: z.int().min(1), branch: z.int().min(0), notes: z.int().min(0) },
      out: z.literal(true).exactOptional(),
    })
    .refine(({ from, time }) => from <= time, 'a member cannot go on from a moment that is yet to come'),
  z.strictObject({ type: z.literal('end'), time }),
]);

true satisfies Agree<z.infer<typeof takeHeader>, TakeHeader>;
true satisfies Agree<z.infer<typeof takeRecord>, TakeRecord>;
