/** Options that a plugin.json declares, as flags of the command line. */
import type { ArgDef } from 'citty';
import { ContinuoError } from '../errors.js';
import type { AskedOptions } from '../plugin/compose-request.js';
import type { ParamSpec, ParamValue } from '../plugin/params.js';
import { type FlagArgs, flagOf } from './generate/flag-names.js';
import { integerOption, numberOption } from './options.js';

/** What a plugin.json says of an option. */
interface DeclaredOption {
  readonly param: ParamSpec;
  readonly several?: boolean;
}

/** The flag of an option. `of`: what stands before its help. */
export function optionArg(id: string, { param, several }: DeclaredOption, of = ''): ArgDef {
  const said = param.help ?? param.label ?? id;
  const help = of === '' ? words(said) : `${of}${inner(said)}`;
  if (param.type === 'toggle') return { type: 'boolean', default: param.default, description: help };
  const choices = param.type === 'choice' ? [`: ${param.choices.join(', ')}`] : [];
  const list = several ? ['; several are joined by commas'] : [];
  const standard = param.default === null ? [] : [` (default: ${param.default})`];
  return {
    type: 'string',
    description: [help, ...choices, ...list, ...standard].join(''),
    valueHint: 'min' in param ? 'N' : flagOf(id).toUpperCase(),
  };
}

/** The options that were given, by id; toggles always. Throws OPTION_VALUE. */
export function readOptions(
  args: FlagArgs,
  declared: Readonly<Record<string, DeclaredOption>>,
): AskedOptions {
  const options: Record<string, ParamValue | readonly ParamValue[]> = {};
  for (const [id, { param, several }] of Object.entries(declared)) {
    const value = args[flagOf(id)];
    if (param.type === 'toggle') options[id] = value === true;
    else if (typeof value === 'string')
      options[id] = several
        ? value.split(',').map((one) => optionValue(flagOf(id), param, one))
        : optionValue(flagOf(id), param, value);
  }
  return options;
}

/** Parses an option's value. Throws OPTION_VALUE. */
function optionValue(flag: string, param: ParamSpec, text: string): ParamValue {
  switch (param.type) {
    case 'int':
    case 'pitch':
      return integerOption(flag, text, param.min, param.max);
    case 'float':
      return numberOption(flag, text, param.min, param.max);
    case 'choice':
      return choice(flag, param.choices, text);
    case 'text':
      if (text.length <= param.maxLength) return text;
      throw new ContinuoError(
        'OPTION_VALUE',
        `--${flag} takes at most ${param.maxLength} characters; it was given ${text.length}.`,
      );
    case 'toggle':
      return text === 'true';
  }
}

/** Matches a choice leniently: `Slip jig` is slip-jig. */
function choice(flag: string, choices: readonly string[], text: string): string {
  const plain = (name: string) => name.trim().toLowerCase().replaceAll(' ', '-');
  const known = choices.find((name) => name === text) ?? choices.find((name) => plain(name) === plain(text));
  if (known !== undefined) return known;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--${flag} takes one of ${choices.join(', ')}; it was given "${text.slice(0, 40)}".`,
  );
}

/** Puts a sentence inside another: lowercases its first letter, unless it starts with an abbreviation. */
export function inner(sentence: string): string {
  const [first = '', ...rest] = words(sentence);
  return /^\p{Lu}{2}/u.test(sentence) ? words(sentence) : first.toLowerCase() + rest.join('');
}

/** A sentence without its final full stop, for help texts. */
export function words(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
