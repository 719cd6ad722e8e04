import type { CommandDef, SubCommandsDef } from 'citty';

/** A command with whatever options: citty's `CommandDef` is invariant in them. */
export type SubCommand = SubCommandsDef[string];

export interface Innermost {
  readonly command: CommandDef;
  readonly args: readonly string[];
  /** What a user types, such as `continuo dataset build`. */
  readonly path: string;
}

/** The innermost command that the arguments of the command at `path` name. */
export async function descend(
  command: CommandDef,
  args: readonly string[],
  path: string,
): Promise<Innermost> {
  const [name = ''] = args;
  const subs = await subCommandsOf(command);
  const sub = Object.hasOwn(subs, name) ? subs[name] : undefined;
  if (!sub) return { command, args, path };
  return descend(await (typeof sub === 'function' ? sub() : sub), args.slice(1), `${path} ${name}`);
}

/** The sub-commands of a command by their names; none where it has none. */
export async function subCommandsOf({ subCommands = {} }: CommandDef) {
  return typeof subCommands === 'function' ? await subCommands() : await subCommands;
}
