import type { Seconds } from '../../../music/units.js';
import type { ParamValues } from '../../../plugin/definition.js';
import type { LearntState, Resumption } from '../../../session/checkpoint.js';
import type { Mode } from '../../../session/commands.js';
import type { MemberRestart } from '../../../session/take.js';
import type { Setup } from '../../models/open-host-performer.js';
import {
  TAKE_VERSION,
  type TakeHeader,
  type TakeMember,
  type TakeVoice,
  VERSION_OF_BAND,
  VERSION_OF_ONE,
  VERSION_OF_RESUMED,
} from '../../takes/header.js';
import type { FromWorker, SoundingVoice } from './worker-protocol.js';

interface BegunMember {
  readonly id: string;
  readonly mode: Mode | undefined;
  readonly values: ParamValues;
}

interface HeaderParts {
  readonly setup: Setup;
  readonly pluginVersion: string;
  readonly ready: Extract<FromWorker, { type: 'ready' }>;
  readonly mode: Mode;
  readonly learnt: LearntState | undefined;
  /** The further members of a band. */
  readonly others: readonly BegunMember[];
  /** What the session goes on from that another process saved; null: it begins from zero. */
  readonly resumed: TakeHeader['resumed'] | null;
  /** It catches up with what the session did since. */
  readonly catchesUp: boolean;
  readonly time: Seconds;
}

/** The header of a take that begins now. */
export function headerOf(parts: HeaderParts): TakeHeader {
  const { setup, pluginVersion, ready, mode, learnt, others, resumed, catchesUp, time } = parts;
  const date = new Date().toISOString();
  return {
    type: 'take',
    version: resumed
      ? catchesUp
        ? TAKE_VERSION
        : VERSION_OF_RESUMED
      : others.length > 0
        ? VERSION_OF_BAND
        : VERSION_OF_ONE,
    ...(resumed && { resumed }),
    ...{ date, setup, pluginVersion, modelHash: ready.modelHash, mode, time },
    ...(learnt !== undefined && { learnt }),
    ...(ready.voices.length > 0 && { voices: ready.sounding.map(takeVoice) }),
    ...(others.length > 0 && { members: membersOf(ready, others) }),
  };
}

function membersOf(ready: HeaderParts['ready'], begun: HeaderParts['others']): TakeMember[] {
  return ready.others.map(({ id, pluginVersion, modelHash, voices }, index) => ({
    ...{ id, pluginVersion, modelHash, mode: begun[index]!.mode!, channel: voices[0]!.channel },
    voices: voices.map(takeVoice),
  }));
}

function takeVoice({ id, name, channel, program }: SoundingVoice): TakeVoice {
  return { id, name, channel, ...(program !== undefined && { program }) };
}

/** What a take says of the further members where another session goes on. */
export function restartsOf(
  begun: readonly BegunMember[],
  resumptions: ReadonlyMap<string, Resumption>,
): MemberRestart[] {
  return begun.flatMap(({ id, mode, values }) => {
    const resumption = resumptions.get(id);
    if (resumption === undefined) return [];
    const { checkpoint, branch } = resumption;
    const { length, time: from } = checkpoint;
    return [{ member: id, from, length, branch, mode: mode!, values: { ...values } }];
  });
}
