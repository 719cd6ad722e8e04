import { z } from 'zod';
import type { Agree } from './agree.js';
import type { ParamSpec, ParamValue } from './params.js';

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const range = { min: z.number(), max: z.number() };
const unit = z.exactOptional(z.string().max(8));
const described = {
  label: z.exactOptional(z.string().min(1).max(40)),
  help: z.exactOptional(z.string().max(200)),
  restarts: z.exactOptional(z.boolean()),
  since: z.exactOptional(
    z.strictObject({
      version: z.string().regex(/^\d+\.\d+\.\d+/, 'a semantic version'),
      before: z.union([z.number(), z.string(), z.boolean(), z.null()]),
    }),
  ),
};

/** The schema of a {@link ParamValue}. */
export const paramValue = z.union([z.number(), z.string().max(256), z.boolean(), z.null()]);

/** The only schema of a {@link ParamSpec}: plugin.json and the protocol are read by it. */
export const paramSpec = z.discriminatedUnion('type', [
  z.strictObject({
    ...described,
    ...range,
    type: z.literal('float'),
    default: z.number().nullable(),
    step: z.exactOptional(z.number().positive()),
    unit,
    role: z.exactOptional(z.enum(['temperature', 'topP'])),
  }),
  z.strictObject({
    ...described,
    type: z.literal('int'),
    min: z.int(),
    max: z.int(),
    default: z.int().nullable(),
    unit,
    role: z.exactOptional(z.enum(['topK', 'meter'])),
  }),
  z.strictObject({
    ...described,
    type: z.literal('pitch'),
    min: z.int().min(0),
    max: z.int().max(127),
    default: z.int(),
  }),
  z.strictObject({
    ...described,
    type: z.literal('choice'),
    choices: list(z.string().max(256)).refine(
      (choices) => choices.length > 0 && choices.length <= 64,
      'from 1 to 64 choices',
    ),
    default: z.string().nullable(),
  }),
  z.strictObject({
    ...described,
    type: z.literal('text'),
    default: z.string().nullable(),
    maxLength: z.int().min(1).max(256),
    suggestions: z.exactOptional(list(z.string())),
  }),
  z.strictObject({
    ...described,
    type: z.literal('toggle'),
    default: z.boolean(),
    role: z.exactOptional(z.literal('click')),
  }),
]);

export const paramSpecs = z.record(z.string(), paramSpec);

true satisfies Agree<z.infer<typeof paramSpec>, ParamSpec>;
true satisfies Agree<z.infer<typeof paramValue>, ParamValue>;
