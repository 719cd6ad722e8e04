import { z } from 'zod';
import { paramValue } from './param-schema.js';

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const midi = (least: number) => z.int().min(least).max(127);
const seconds = z.number().min(0);

const segments = list(z.object({ number: z.int().min(0), part: z.string() }));
const notes = list(z.object({ pitch: midi(0), velocity: midi(1), start: seconds, end: seconds }));
const bpm = z.number().positive();
const lost = z.record(z.string(), z.number());
const why = list(z.object({ good: z.boolean(), text: z.string() }));
const remarks = list(z.string());
const said = { options: z.record(z.string(), paramValue) };

/** A `Piece` as a plugin's code gives it, made whole: what keeps to this can be shown and played. */
export const pieceGiven = z.object({
  title: z.string(),
  text: z.string(),
  segments: segments.default([]),
  notes: notes.default([]),
  bpm: bpm.default(120),
  lost: lost.default({}),
  made: z.exactOptional(z.object({ ...said, why: why.default([]), remarks: remarks.default([]) })),
});

/** A piece as a panel is told of it: with how the host had it made. */
export const pieceShown = z.object({
  ...{ title: z.string(), text: z.string(), segments, notes, bpm, lost },
  made: z.exactOptional(
    z.object({
      ...{ ...said, why, remarks },
      seed: z.number(),
      model: z.exactOptional(z.object({ id: z.string(), hash: z.string() })),
    }),
  ),
  /** What the plugin had to say while it made it, a sentence each. */
  notices: list(z.string()),
});
export type PieceShown = z.infer<typeof pieceShown>;
