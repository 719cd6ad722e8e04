import { z } from 'zod';
import type { Piece } from './composer.js';
import { paramValue } from './param-schema.js';

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const midi = (least: number) => z.int().min(least).max(127);
const seconds = z.number().min(0);

/**
 * A piece as it goes from a plugin's code to a panel, without its details: what stands in it can be shown and played. What the host
 * says beyond that is passed over.
 */
export const piece = z.object({
  title: z.string(),
  text: z.string(),
  segments: list(z.object({ number: z.int().min(0), part: z.string() })),
  notes: list(z.object({ pitch: midi(0), velocity: midi(1), start: seconds, end: seconds })),
  bpm: z.number().positive(),
  lost: z.record(z.string(), z.number()),
  made: z.exactOptional(
    z.object({
      options: z.record(z.string(), paramValue),
      seed: z.number(),
      why: list(z.object({ good: z.boolean(), text: z.string() })),
      remarks: list(z.string()),
    }),
  ),
});

true satisfies z.infer<typeof piece> extends Omit<Piece, 'details'> ? true : false;
true satisfies Omit<Piece, 'details'> extends z.infer<typeof piece> ? true : false;
