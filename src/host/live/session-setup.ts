import { z } from 'zod';
import type { Agree } from '../../plugin/agree.js';
import { paramValue } from '../../plugin/param-schema.js';
import type { ParamValue } from '../../plugin/params.js';
import { MOST_MEMBERS } from '../../session/band-size.js';
import { mode } from '../../session/command-schema.js';
import { LEAD, type Mode, type SessionCommand } from '../../session/commands.js';
import type { Setup } from '../models/open-host-performer.js';
import { setup } from '../models/setup-schema.js';

/** What a user set of one who plays. */
export interface MemberSettings {
  /** `lead` for the first, or the only one. */
  readonly id: string;
  readonly mode: Mode;
  readonly muted: boolean;
  readonly values: Readonly<Record<string, ParamValue>>;
}

/** How a session is set up, as plain data: with it, another process opens one that is set up alike. Its music is not in it. */
export interface SessionSetup {
  readonly setup: Setup;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel: number;
  /** The first one first. */
  readonly members: readonly MemberSettings[];
  /** The names of its MIDI ports, whether they are there or are waited for. */
  readonly ports: { readonly input: string | null; readonly output: string | null };
}

const portName = z.string().max(256).nullable();

export const sessionSetup = z.object({
  setup,
  channel: z.int().min(0).max(15),
  members: z
    .array(
      z.object({
        ...{ id: z.string().max(128), mode, muted: z.boolean() },
        values: z.record(z.string().max(128), paramValue),
      }),
    )
    .min(1)
    .max(MOST_MEMBERS)
    .readonly(),
  ports: z.object({ input: portName, output: portName }),
});

true satisfies Agree<z.infer<typeof sessionSetup>, SessionSetup>;

/** The commands that bring those who play from how they are set to how they were. A parameter that is not there any more is left out. */
export function commandsTo(
  members: readonly MemberSettings[],
  now: readonly MemberSettings[],
): SessionCommand[] {
  return members.flatMap((wanted) => {
    const { id } = wanted;
    const is = now.find((member) => member.id === id);
    if (is === undefined) return [];
    const of = id === LEAD ? {} : { member: id };
    const params = Object.entries(wanted.values)
      .filter(([param, value]) => Object.hasOwn(is.values, param) && is.values[param] !== value)
      .map(([param, value]): SessionCommand => ({ type: 'param', id: param, value, ...of }));
    return [
      ...(is.mode === wanted.mode ? [] : [{ type: 'mode', mode: wanted.mode, ...of } as const]),
      ...params,
      ...(is.muted === wanted.muted ? [] : [{ type: 'mute', muted: wanted.muted, ...of } as const]),
    ];
  });
}
