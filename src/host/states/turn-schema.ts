import { z } from 'zod';
import { paramValue } from '../../plugin/param-schema.js';
import { mode } from '../../session/command-schema.js';

/** The schema of a {@link TurnState}. What streams and engines keep in snapshots is theirs to read. */

const time = z.number();
const timeOrNull = time.nullable();
const pitch = z.int().min(0).max(127);
const id = z.int().min(0);
const words = z.array(z.string());

const mark = z.object({
  ...{ position: z.int().min(1), head: time, logits: z.instanceof(Float32Array), stream: z.unknown() },
  state: z.looseObject({ values: z.instanceof(Float32Array) }),
});
const given = z.looseObject({ period: z.number().positive() }).nullable();
const note = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('noteOn'), time, pitch, velocity: z.int().min(1).max(127) }),
  z.looseObject({ type: z.literal('noteOff'), time, pitch }),
]);
const pulse = z.object({ time, at: z.number(), beat: z.number().positive(), bar: z.int().min(1) });

const band = z.object({
  due: z.array(z.object({ event: note, from: z.string(), leads: z.boolean() })),
  ...{ heardAt: timeOrNull, marked: timeOrNull, recallsNext: z.string().nullable() },
  pulse: z
    .object({ from: z.string(), pulse: given.unwrap(), heard: given.unwrap(), toldAt: time })
    .nullable(),
  notes: z.array(z.tuple([z.string(), z.array(z.tuple([id, note]))])),
  out: words,
});

const model = z.object({
  span: z.object({ kind: z.enum(['answer', 'along', 'alone']), endsAt: timeOrNull, closesAt: timeOrNull }),
  ...{ endsAt: timeOrNull, closesAt: timeOrNull, closed: z.boolean(), exact: z.boolean() },
  ...{ beganAt: time, startMark: mark.nullable() },
});

export const turnState = z.object({
  ...{ mode, values: z.record(z.string(), paramValue) },
  phase: z.enum(['stopped', 'waiting', 'listening', 'playing', 'together']),
  ...{ held: z.boolean(), muted: z.boolean(), soloResumesAt: timeOrNull, announced: z.string() },
  phrase: z.object({
    ...{ held: z.array(pitch), pedal: z.boolean(), began: timeOrNull },
    ...{ lastEvent: time, lastOnset: timeOrNull, intervals: z.array(time) },
  }),
  heard: z.object({ holders: z.array(z.tuple([pitch, words])), led: words, last: timeOrNull }),
  history: z.object({
    exchanges: z.array(z.object({ mark, time })),
    reply: z.object({ mark: mark.nullable(), time, length: timeOrNull }).nullable(),
  }),
  model: model.nullable(),
  drawn: z.int().min(0),
  sounding: z.array(z.object({ id, pitch, part: z.string().exactOptional() })),
  keys: z.array(z.tuple([pitch, id])),
  nextId: id,
  ...{ pulse: given, shared: given },
  metronome: z.object({
    ...{ pulse: pulse.nullable(), from: time, last: timeOrNull },
    ahead: z.array(z.object({ time, accent: z.boolean() })),
  }),
  recallsNext: z.string().nullable(),
  band: band.exactOptional(),
});
