import { z } from 'zod';
import type { ListedTake, ShownTake, TakePage } from '../host/takes/library/control.js';
import type { Agree } from '../plugin/agree.js';

/**
 * The part of the host's protocol that is about takes; composed in host-protocol.ts. Takes are named by their ids. A take as a file
 * is fetched by HTTP, with the same token, from {@link takePath}.
 */

/** Files of takes lie under this path. */
export const TAKES_PATH = '/takes/';

/** The path of a take as a file. */
export const takePath = (id: string, format: 'mid' | 'abc'): string =>
  `${TAKES_PATH}${encodeURIComponent(id)}.${format}`;

/** Longest list of takes in one answer. */
export const MOST_TAKES = 200;

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const request = z.int().min(0);
/** The name of a folder: no path. */
const takeId = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\\\p{Cc}]+$/u, 'an id has no slashes');

// Client to host

export const takesClientMessages = [
  /** Asks for takes, the latest first: those before the take `before`. `deleted`: those in the trash. Answered by `takes`. */
  z.strictObject({
    ...{ type: z.literal('listTakes'), request },
    most: z.exactOptional(z.int().min(1).max(MOST_TAKES)),
    before: z.exactOptional(takeId),
    deleted: z.exactOptional(z.boolean()),
  }),
  /** Asks what a take is, who plays in it and what happened. Answered by `take`. */
  z.strictObject({ type: z.literal('showTake'), request, id: takeId }),
  /** Asks for the music of a take from a session time on. Answered by `takePage`, whose `next` is where the next page begins. */
  z.strictObject({ type: z.literal('takePage'), request, id: takeId, from: z.number().min(0) }),
  /** Names a take. Answered by `done`. */
  z.strictObject({ type: z.literal('renameTake'), request, id: takeId, name: z.string().max(1000) }),
  /** Moves a take to the trash, where it is kept for 30 days. Answered by `done`. */
  z.strictObject({ type: z.literal('deleteTake'), request, id: takeId }),
  /** Undoes `deleteTake`. Answered by `done`. */
  z.strictObject({ type: z.literal('restoreTake'), request, id: takeId }),
] as const;

// Host to client

const listedTake = z.object({
  id: z.string(),
  name: z.string().nullable(),
  date: z.string().nullable(),
  length: z.number(),
  plugin: z.string().nullable(),
  pluginVersion: z.string().nullable(),
  model: z.string().nullable(),
  mode: z.string().nullable(),
  members: list(z.object({ id: z.string(), plugin: z.string(), model: z.string().nullable() })),
  notes: z.object({ player: z.number(), model: z.number().nullable() }),
  cutOff: z.boolean(),
  damage: z.object({ code: z.string(), message: z.string(), hint: z.exactOptional(z.string()) }).nullable(),
  abc: z.boolean(),
  bytes: z.number(),
  writing: z.boolean(),
  deleted: z.string().nullable(),
});

const event = z.discriminatedUnion('type', [
  z.object({
    ...{ type: z.literal('turn'), time: z.number(), until: z.number() },
    by: z.enum(['player', 'model', 'together']),
    notes: z.number(),
  }),
  z.object({ type: z.literal('event'), time: z.number(), words: z.string() }),
]);

const shownTake = {
  take: listedTake,
  from: z.number(),
  until: z.number(),
  missing: list(z.string()),
  parts: list(
    z.object({
      name: z.string(),
      voice: z.enum(['player', 'model']),
      member: z.exactOptional(z.string()),
      channel: z.number(),
      program: z.exactOptional(z.number()),
      notes: z.number(),
    }),
  ),
  events: list(event),
};

const takePage = {
  notes: list(
    z.object({
      part: z.number(),
      pitch: z.number(),
      velocity: z.number(),
      start: z.number(),
      end: z.number(),
    }),
  ),
  pedal: list(z.object({ part: z.number(), time: z.number(), down: z.boolean() })),
  next: z.number().nullable(),
};

export const takesHostMessages = [
  z.object({ type: z.literal('takes'), request: z.number(), takes: list(listedTake), more: z.boolean() }),
  z.object({ type: z.literal('take'), request: z.number(), ...shownTake }),
  z.object({ type: z.literal('takePage'), request: z.number(), ...takePage }),
  /** A take began, ended, was named, deleted or brought back: ask again. Changes that follow each other closely are told together. */
  z.object({ type: z.literal('takesChanged') }),
] as const;

// The schemas match the host's types: a difference in either direction does not compile.
true satisfies Agree<z.infer<typeof listedTake>, ListedTake>;
true satisfies Agree<z.infer<z.ZodObject<typeof shownTake>>, ShownTake>;
true satisfies Agree<z.infer<z.ZodObject<typeof takePage>>, TakePage>;
