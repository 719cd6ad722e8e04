import { z } from 'zod';
import type { Agree } from '../../../plugin/agree.js';
import type { Choice } from '../../live/session-control.js';
import { type SessionSetup, sessionSetup } from '../../live/session-setup.js';
import { type ProgramMark, programMark } from '../../program-mark.js';
import type { SessionOffer } from '../control.js';

/** A session as its host keeps it on the disk, so that the next host can offer it. */
export interface KeptSession {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly openedAt: string;
  /** What they are called, should they be gone. */
  readonly plugin: Choice;
  readonly model: Choice;
  readonly setup: SessionSetup;
  /** Name of the folder of its take; null where nothing is recorded. */
  readonly take: string | null;
  /** What it goes on from, where nothing was recorded since. */
  readonly from?: KeptFrom;
}

export interface KeptFrom {
  /** Name of the folder of the take in which the music before is; null: in none. */
  readonly take: string | null;
  /** Whether its state is kept beside the sessions; if not, it is the one in which that take ends. */
  readonly state: boolean;
}

/** A kept session whose host is gone. */
export interface OfferedSession extends KeptSession, Pick<SessionOffer, 'endedAt' | 'why'> {}

/** The sessions of one host, as its file has them. */
export interface KeptSessions {
  readonly host: ProgramMark;
  /** When the host was stopped, ISO 8601; null while it runs, and where it crashed. */
  readonly endedAt: string | null;
  readonly sessions: readonly KeptSession[];
  /** Sessions of hosts before it that it offers. */
  readonly offered: readonly OfferedSession[];
}

const TYPE = 'continuo-sessions';
const VERSION = 1;

const choice = z.object({ id: z.string().max(4096), name: z.string().max(4096) });
const takeName = z
  .string()
  .max(255)
  .regex(/^[^/\\]+$/)
  .nullable();
const kept = z.object({
  id: z.string().regex(/^[a-z2-7]{8}$/),
  name: z.string().min(1).max(200),
  openedAt: z.iso.datetime(),
  plugin: choice,
  model: choice,
  setup: sessionSetup,
  take: takeName,
  from: z.object({ take: takeName, state: z.boolean() }).exactOptional(),
});
const offered = kept.extend({ endedAt: z.iso.datetime(), why: z.enum(['crashed', 'stopped']) });
const file = z.object({
  host: programMark,
  endedAt: z.iso.datetime().nullable(),
  sessions: z.array(kept).readonly(),
  offered: z.array(offered).readonly(),
});
const head = z.object({ type: z.literal(TYPE), version: z.int().min(1) });

true satisfies Agree<z.infer<typeof kept>, KeptSession>;
true satisfies Agree<z.infer<typeof file>, KeptSessions>;

export function encodeKept(sessions: KeptSessions): string {
  return `${JSON.stringify({ type: TYPE, version: VERSION, ...sessions }, null, 1)}\n`;
}

/** Reads what {@link encodeKept} made. `newer`: a later version of the program made it; `broken`: nothing that can be read did, and why. */
export function decodeKept(
  text: string,
): { readonly kept: KeptSessions } | { readonly newer: number } | { readonly broken: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { broken: 'it is no JSON' };
  }
  const begins = head.safeParse(json);
  if (!begins.success) return { broken: 'it does not begin as a list of kept sessions does' };
  if (begins.data.version > VERSION) return { newer: begins.data.version };
  const found = file.safeParse(json);
  if (found.success) return { kept: found.data };
  const [issue] = found.error.issues;
  return { broken: `${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'not as expected'}` };
}
