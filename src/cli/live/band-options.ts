import { ContinuoError } from '../../errors.js';
import { type AskedMember, memberSetups } from '../../host/live/band-members.js';
import type { MemberSetup, Setup } from '../../host/models/open-host-performer.js';
import { findPlugin } from '../../host/plugins/plugins.js';
import { LEAD } from '../../session/commands.js';
import { modeOption } from '../options.js';

/** PLUGIN[:MODEL][@MODE]. A colon behind one letter is that of a drive. */
const MEMBER =
  /^(?<plugin>(?:[A-Za-z]:[\\/])?[^:@]+)(?::(?<model>(?:[A-Za-z]:[\\/])?[^:@]+))?(?:@(?<mode>\w+))?$/;

/** The members that `--with` names, as often as it is given. Throws OPTION_VALUE, PLUGIN_UNKNOWN, CODEC_UNKNOWN, MODEL_NOT_FOUND, MODE_UNKNOWN. */
export async function bandOf(
  rawArgs: readonly string[],
  { plugin: ref, seed }: Pick<Setup, 'plugin' | 'seed'>,
): Promise<readonly MemberSetup[] | undefined> {
  const asked: AskedMember[] = [];
  for (const text of givenTo('--with', rawArgs)) {
    const { plugin, ...rest } = askedMember(text);
    asked.push({ plugin: await findPlugin(plugin), ...rest });
  }
  if (asked.length === 0) return undefined;
  const { descriptor } = await findPlugin(ref);
  return memberSetups(asked, { first: descriptor.id, seed });
}

/** Reads `PLUGIN[:MODEL][@MODE]`. Throws OPTION_VALUE. */
export function askedMember(text: string): Omit<AskedMember, 'plugin'> & { readonly plugin: string } {
  const { plugin, model, mode } = MEMBER.exec(text)?.groups ?? {};
  if (plugin === undefined)
    throw new ContinuoError(
      'OPTION_VALUE',
      `--with takes PLUGIN[:MODEL][@MODE], such as piano:piano-pop@duet; it was given ${JSON.stringify(text)}.`,
      'continuo plugin list says which plugins there are.',
    );
  return {
    plugin,
    ...(model !== undefined && { model }),
    ...(mode !== undefined && { mode: modeOption(mode) }),
  };
}

/** The values of an option that may be given several times; each may be a list, joined by commas. */
export function givenTo(option: string, rawArgs: readonly string[]): string[] {
  const values: string[] = [];
  for (const [index, arg] of rawArgs.entries()) {
    if (arg === '--') break;
    if (arg === option) values.push(rawArgs[index + 1] ?? '');
    else if (arg.startsWith(`${option}=`)) values.push(arg.slice(option.length + 1));
  }
  return values.flatMap((value) => value.split(','));
}

/** Parts `--set` by members: `drums.style=rock` is for the member drums, what has no point before `=` for the first. */
export function partedSet(set: string | undefined): {
  readonly own: string | undefined;
  readonly ofMembers: ReadonlyMap<string, string>;
} {
  const own: string[] = [];
  const ofMembers = new Map<string, string>();
  for (const pair of set?.split(',') ?? []) {
    const [, member, rest] = /^\s*([\w-]+)\.([^=]*=.*)$/.exec(pair) ?? [];
    if (member === undefined) own.push(pair);
    else if (member === LEAD) own.push(rest!);
    else ofMembers.set(member, [...(ofMembers.get(member)?.split(',') ?? []), rest!].join(','));
  }
  return { own: own.length > 0 ? own.join(',') : undefined, ofMembers };
}
