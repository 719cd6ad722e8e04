import { ContinuoError } from '../../errors.js';
import type { Note, PedalChange } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { specsOfVersion } from '../../plugin/params.js';
import { PlayedNotes } from '../../session/played-notes.js';
import { replayTake } from '../../session/replay.js';
import { firstLoss, survivingTokens } from '../../session/take.js';
import type { HostEnsemble } from '../models/assemble.js';
import type { Take } from './read-take.js';

/** What came of playing a take again. */
export interface ReplayedTake {
  /** All that the take has came again. */
  readonly same: boolean;
  /** The take has no end, since the program or the machine died: it was played to its last record. */
  readonly cutOff: boolean;
  /** Between these times so many records were lost: the take cannot be played again any further. */
  readonly gap: { readonly from: Seconds; readonly to: Seconds; readonly lost: number } | null;
  /** File and line by which it is known to differ; null where it does not. */
  readonly differsAt: string | null;
  /** Tokens of the stream in the end. */
  readonly tokens: number;
  readonly player: readonly Note[];
  /** The player's. */
  readonly pedal: readonly PedalChange[];
  readonly model: readonly Note[];
}

/**
 * Plays a take again with what `assemble` makes of its setup. Throws MODEL_MISMATCH where that has other weights than the
 * take was played with, and TAKE_BROKEN.
 */
export function replayRecordedTake({ header, records, where }: Take, ensemble: HostEnsemble): ReplayedTake {
  if (ensemble.modelHash !== header.modelHash) {
    throw new ContinuoError(
      'MODEL_MISMATCH',
      `The take was played with weights ${header.modelHash}; ${header.setup.model ?? `the plugin ${header.setup.plugin}`} has ${ensemble.modelHash}.`,
      'Replaying needs the very model of the take, or the very code of a plugin that predicts by itself.',
    );
  }
  const { mode, time, version, learnt } = header;
  const replay = replayTake(records, {
    ...ensemble,
    ...{ pluginParams: specsOfVersion(ensemble.descriptor.params, header.pluginVersion), mode, time, where, learnt },
    ...{ marks: version > 1, resumesSolo: version > 1, closesByItself: version > 2 },
  });
  const { same, cutOff, differsAt, end } = replay;
  const notebook = new PlayedNotes();
  for (const event of replay.events) notebook.add(event);
  const lost = records[firstLoss(records)];
  return {
    ...{ same, cutOff },
    gap: lost?.type === 'gap' ? { from: lost.from, to: lost.to, lost: lost.lost } : null,
    differsAt: differsAt === null ? null : where(differsAt),
    tokens: survivingTokens(replay.records, ensemble.codec.startToken).length,
    player: notebook.notes('player', end),
    pedal: notebook.pedal,
    model: notebook.notes('model', end),
  };
}
