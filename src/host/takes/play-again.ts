import { ContinuoError } from '../../errors.js';
import type { Note, PedalChange } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { specsOfVersion } from '../../plugin/params.js';
import type { SessionStart } from '../../session/checkpoint.js';
import { LEAD } from '../../session/commands.js';
import type { KeptMoment } from '../../session/kept-moment.js';
import { type PlayedNote, PlayedNotes } from '../../session/played-notes.js';
import { type ReplayMember, replayTake } from '../../session/replay.js';
import { firstLoss, survivingTokens } from '../../session/take.js';
import type { HostPerformer } from '../models/open-host-performer.js';
import type { SavedState } from '../states/saved-state.js';
import type { TakeHeader } from './header.js';
import type { Take } from './read-take.js';

/** The result of replaying a take. */
export interface ReplayedTake {
  /** The replay gave the tokens of the take. */
  readonly same: boolean;
  /** The take has no end, since the program or the machine died: it was replayed to its last record. */
  readonly cutOff: boolean;
  /** Lost records and the times between which they were: the take cannot be replayed any further. */
  readonly gap: { readonly from: Seconds; readonly to: Seconds; readonly lost: number } | null;
  /** When other code of the plugin took over: what follows was played by that, and is not replayed. */
  readonly changedAt: Seconds | null;
  /** File and line at which the replay is known to differ; null where it does not. */
  readonly differsAt: string | null;
  /** Number of tokens in the stream at the end. */
  readonly tokens: number;
  readonly player: readonly Note[];
  /** The player's. */
  readonly pedal: readonly PedalChange[];
  /** The first member's, where there are several. */
  readonly model: readonly PlayedNote[];
  /** Those of the further members of a band. */
  readonly members: readonly { readonly id: string; readonly notes: readonly PlayedNote[] }[];
}

/**
 * Replays a take with the performer that `openHostPerformer` makes of its setup, and of those of the further members of a band. Throws MODEL_MISMATCH where its weights are not those that the
 * take was played with, and TAKE_BROKEN.
 */
export function replayRecordedTake(
  { header, start, records, where, moments }: Take,
  performer: HostPerformer,
  others: readonly HostPerformer[] = [],
): ReplayedTake {
  const { members = [] } = header;
  requireHash(header.modelHash, performer, header.setup);
  const further = members.map((member, index): ReplayMember => {
    const other = others[index]!;
    requireHash(member.modelHash, other, header.setup.members![index]!);
    const { id, mode, voices, pluginVersion } = member;
    return {
      ...other,
      ...begunFrom(start, id),
      id,
      mode,
      voices,
      pluginParams: specsOfVersion(other.descriptor.params, pluginVersion),
    };
  });
  const { mode, time, version, learnt } = header;
  const change = records.findIndex((record) => record.type === 'restart' && record.plugin !== undefined);
  const changed = records[change];
  const replay = replayTake(changed ? records.slice(0, change) : records, {
    ...performer,
    ...begunFrom(start, LEAD),
    ...{
      pluginParams: specsOfVersion(performer.descriptor.params, header.pluginVersion),
      mode,
      time,
      where,
      learnt,
    },
    ...(further.length > 0 && { others: further }),
    moments: (id, member = LEAD) => momentOf(moments?.get(id), member),
    ...{ marks: version > 1, resumesSolo: version > 1, closesByItself: version > 2, holdsDuets: version > 3 },
  });
  const { same, cutOff, differsAt, end } = replay;
  const playedNotes = new PlayedNotes();
  for (const event of replay.events) playedNotes.add(event);
  const lost = records[firstLoss(records)];
  const begins = begunFrom(start, LEAD).resume?.tokens ?? [performer.codec.startToken];
  return {
    ...{ same, cutOff: cutOff && !changed },
    changedAt: changed?.type === 'restart' ? changed.time : null,
    gap: lost?.type === 'gap' ? { from: lost.from, to: lost.to, lost: lost.lost } : null,
    differsAt: differsAt === null ? null : where(differsAt),
    tokens: survivingTokens(replay.records, begins).length,
    player: playedNotes.notes('player', end),
    pedal: playedNotes.pedal,
    model: playedNotes.notes('model', end),
    members: members.map(({ id }) => ({ id, notes: playedNotes.notes('model', end, id) })),
  };
}

/** What a member's session begins with. */
function begunFrom(start: SavedState | undefined, id: string): SessionStart {
  const member = start?.members.find((one) => one.id === id);
  return member ? { values: member.values, resume: member.resumption } : {};
}

/** A moment that the take goes back to, of a member. */
function momentOf(state: SavedState | undefined, id: string): KeptMoment | undefined {
  const member = state?.members.find((one) => one.id === id);
  return member && { resumption: member.resumption, own: state?.foreign !== true };
}

function requireHash(
  hash: string,
  performer: HostPerformer,
  { model, plugin }: Pick<TakeHeader['setup'], 'model' | 'plugin'>,
): void {
  if (performer.modelHash === hash) return;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `The take was played with weights ${hash}; ${model ?? `the plugin ${plugin}`} has ${performer.modelHash}.`,
    'Replaying needs the very model of the take, or the very code of a plugin that predicts by itself.',
  );
}
