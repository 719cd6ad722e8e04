import { z } from 'zod';
import type { Agree } from '../plugin/agree.js';
import { paramValue } from '../plugin/param-schema.js';
import { MODES, type SessionCommand } from './commands.js';

/** Ids of parameters, plugins and models. */
export const id = z.string().min(1).max(128);
export const mode = z.enum(MODES);
const member = z.exactOptional(id);
/** Id of a kept moment: the name of a file, too. */
export const momentId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id of a moment has small letters, digits and -');

/** The schema of a command in messages and takes. {@link checkCommand} checks it against the session's parameters. */
export const sessionCommand = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('start') }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('allOff') }),
  z.strictObject({ type: z.literal('mode'), mode, member }),
  z.strictObject({ type: z.literal('param'), id, value: paramValue, member }),
  z.strictObject({ type: z.literal('mute'), muted: z.boolean(), member }),
  z.strictObject({ type: z.literal('pulse'), beat: z.number(), bar: z.boolean(), tapped: z.boolean() }),
  z.strictObject({ type: z.literal('takeBack'), member }),
  z.strictObject({ type: z.literal('again'), member }),
  z.strictObject({ type: z.literal('reset'), member }),
  z.strictObject({ type: z.literal('keep'), id: momentId }),
  z.strictObject({
    ...{ type: z.literal('recall'), id: momentId },
    when: z.exactOptional(z.literal('phrase')),
  }),
]);

true satisfies Agree<z.infer<typeof sessionCommand>, SessionCommand>;
