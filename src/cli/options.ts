import { type ArgDef, type ArgsDef, type CommandDef, parseArgs } from 'citty';
import { ContinuoError } from '../errors.js';
import { MODES, type Mode } from '../session/commands.js';
import { subCommandsOf } from './sub-commands.js';

/**
 * Checks arguments before citty reads them, since citty ignores what a command does not take. Throws OPTION_UNKNOWN for an option that
 * the command does not have, OPTION_VALUE where an argument is missing or one too many, or a list is given in pieces, and
 * COMMAND_UNKNOWN where an argument can only be a sub-command. `path` is what a user types, such as `continuo train`.
 */
export async function checkOptions(
  command: CommandDef,
  args: readonly string[],
  path: string,
): Promise<void> {
  const defs = ((typeof command.args === 'function' ? await command.args() : await command.args) ??
    {}) as ArgsDef;
  const known = new Set<string>();
  for (const [name, def] of Object.entries(defs)) {
    if (def.type === 'positional') continue;
    known.add(`--${name}`);
    if (def.type === 'boolean') known.add(`--no-${name}`);
    for (const alias of [('alias' in def && def.alias) || []].flat())
      known.add(alias.length === 1 ? `-${alias}` : `--${alias}`);
  }
  for (const arg of args) {
    if (arg === '--') break;
    const option = arg.split('=')[0]!;
    if (!/^--?[a-zA-Z]/.test(option) || known.has(option)) continue;
    throw new ContinuoError(
      'OPTION_UNKNOWN',
      `There is no option ${option} here.`,
      `Options: ${[...known].sort().join(', ')}.`,
    );
  }
  requireListsOnce(defs, args);
  const given = parseArgs([...args], optional(defs));
  const more = given._[positionals(defs).length];
  if (more !== undefined) throw await oneTooMany(more, command, defs, path);
  if (command.run !== undefined) requireAll(defs, given, path);
}

/** citty keeps only the last of `--set a=1 --set b=2`, so a list must be given once. Throws OPTION_VALUE. */
function requireListsOnce(defs: ArgsDef, args: readonly string[]): void {
  for (const [name, { valueHint }] of Object.entries(defs)) {
    if (!valueHint?.endsWith(',…')) continue;
    const times = args.filter((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)).length;
    if (times < 2) continue;
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${name} was given ${times} times, and the last would be all that counts.`,
      `It takes a list: give it once, joined by commas (--${name} ${valueHint}).`,
    );
  }
}

/** The definitions with nothing required and no positionals, so that every argument that no option takes lands in `_`. */
function optional(defs: ArgsDef): ArgsDef {
  const options = Object.entries(defs).filter(([, { type }]) => type !== 'positional');
  return Object.fromEntries(options.map(([name, def]) => [name, { ...def, required: false }]));
}

function positionals(defs: ArgsDef): readonly (readonly [string, ArgDef])[] {
  return Object.entries(defs).filter(([, { type }]) => type === 'positional');
}

/** The error for an argument that nothing takes: a second input file, or a value after an option that takes none. */
async function oneTooMany(
  more: string,
  command: CommandDef,
  defs: ArgsDef,
  path: string,
): Promise<ContinuoError> {
  const taken = positionals(defs).map(([name, def]) => def.valueHint ?? name.toUpperCase());
  const commands = Object.keys(await subCommandsOf(command));
  const name = path.replace(/^continuo /, '');
  if (taken.length === 0 && commands.length > 0) {
    return new ContinuoError(
      'COMMAND_UNKNOWN',
      `There is no command "${name} ${more}", and ${name} itself takes options alone.`,
      `Commands: ${commands.join(', ')}. ${path} --help says which options there are.`,
    );
  }
  const out = 'out' in defs ? ['What is written goes where --out says.'] : [];
  const one = taken.length === 1 ? ['Give one at a time.'] : [];
  return new ContinuoError(
    'OPTION_VALUE',
    `"${more}" is one argument too many: ${taken.length === 0 ? 'none is taken here' : `${taken.join(' ')} is all that is taken here`}, and it belongs to no option.`,
    [...one, ...out, `${path} --help says which options take a value.`].join(' '),
  );
}

/** Throws OPTION_VALUE, in the words of the help, for the first required argument that is missing. */
function requireAll(defs: ArgsDef, given: ReturnType<typeof parseArgs>, path: string): void {
  const place = new Map(positionals(defs).map(([name], index) => [name, index]));
  for (const [name, def] of Object.entries(defs)) {
    const index = place.get(name);
    const value = index === undefined ? given[name] : given._[index];
    // A positional is required unless it says otherwise, an option only where it says so.
    const required = index === undefined ? def.required === true : def.required !== false;
    if (!required || value !== undefined || def.default !== undefined) continue;
    const hint = def.valueHint ?? name.toUpperCase();
    const what = index === undefined ? `--${name} ${hint}` : hint;
    throw new ContinuoError(
      'OPTION_VALUE',
      `${what} is missing (${def.description}).`,
      `${path} --help says what there is.`,
    );
  }
}

/** A number in a range. Throws OPTION_VALUE. */
export function numberOption(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${name} takes a number from ${min} to ${max}; it was given "${text}".`,
    );
  }
  return value;
}

/** A whole number in a range. Throws OPTION_VALUE. */
export function integerOption(name: string, text: string, min: number, max: number): number {
  const value = numberOption(name, text, min, max);
  if (!Number.isInteger(value))
    throw new ContinuoError('OPTION_VALUE', `--${name} takes a whole number; it was given "${text}".`);
  return value;
}

/** One of a list. Throws OPTION_VALUE. */
export function choiceOption<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === text);
  if (choice === undefined) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${name} takes one of ${choices.join(', ')}; it was given "${text}".`,
    );
  }
  return choice;
}

/** A mode of the session. Throws OPTION_VALUE. */
export function modeOption(text: string): Mode {
  return choiceOption('mode', text, MODES);
}
