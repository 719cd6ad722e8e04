import { type ArgsDef, type CommandDef, parseArgs } from 'citty';
import { ContinuoError } from '../errors.js';
import { MODES, type Mode } from '../session/commands.js';

/**
 * citty passes over in silence what a command does not take. Throws OPTION_UNKNOWN where an argument is an option that the command
 * does not have, OPTION_VALUE where there is an argument too many.
 */
export async function checkOptions(command: CommandDef, args: readonly string[]): Promise<void> {
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
  requireNoMore(defs, args);
}

/** Of two input files the second would be left out, and a value after an option that takes none. */
function requireNoMore(defs: ArgsDef, args: readonly string[]): void {
  const taken: string[] = [];
  const options: ArgsDef = {};
  for (const [name, def] of Object.entries(defs)) {
    if (def.type === 'positional') taken.push(def.valueHint ?? name.toUpperCase());
    else options[name] = { ...def, required: false };
  }
  const more = parseArgs([...args], options)._[taken.length];
  if (more === undefined) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `"${more}" is one argument too many: ${taken.length === 0 ? 'none is taken here' : `${taken.join(' ')} is all that is taken here`}, and it belongs to no option.`,
    'Give one file at a time; --help says which options take a value.',
  );
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

export function modeOption(text: string): Mode {
  return choiceOption('mode', text, MODES);
}
