import { z } from 'zod';
import { ENGINE_NAMES } from '../../model/engine.js';
import type { Agree } from '../../plugin/agree.js';
import { MOST_MEMBERS } from '../../session/band-size.js';
import { mode } from '../../session/command-schema.js';
import type { Setup } from './open-host-performer.js';

const word = z.string().max(128);

/** What a session is made of, as takes and saved states have it. */
export const setup = z.strictObject({
  /** An id, or a path. */
  plugin: z.string().min(1).max(4096),
  /** An id, or a path; null: the plugin predicted by itself. */
  model: z.string().min(1).max(4096).nullable(),
  engine: z.enum(ENGINE_NAMES),
  precision: z.enum(['int8', 'float32']),
  memory: z.boolean().optional(),
  seed: z.int().min(0),
  members: z
    .array(
      z.strictObject({
        id: word,
        plugin: z.string().min(1).max(4096),
        model: z.string().min(1).max(4096).nullable(),
        seed: z.int().min(0),
        mode: mode.optional(),
      }),
    )
    .max(MOST_MEMBERS - 1)
    .readonly()
    .optional(),
});

true satisfies Agree<z.infer<typeof setup>, Setup>;
