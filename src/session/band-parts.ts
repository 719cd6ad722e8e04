import type { PluginVoice } from '../plugin/live.js';
import type { Checkpoint } from './checkpoint.js';
import type { KeptMoment } from './kept-moment.js';
import type { SessionParts } from './session.js';
import type { TakeRecord } from './take.js';

/** A member: the parts of a session that it has for itself. */
export interface MemberParts
  extends Pick<
    SessionParts,
    | 'engine'
    | 'codec'
    | 'grammar'
    | 'createDraw'
    | 'ownState'
    | 'tap'
    | 'pluginParams'
    | 'output'
    | 'percussion'
    | 'mode'
    | 'values'
    | 'resume'
    | 'learnt'
  > {
  /** Unique in the band. The first member's is `lead`, whatever stands here. */
  readonly id?: string;
  /** Its instruments. One that plays percussion alone (MIDI channel 10) is not heard as if its notes had pitches. */
  readonly voices?: readonly PluginVoice[];
  /** Ids of the members that it hears. Default: all; but percussion is heard only by percussion. */
  readonly hears?: readonly string[];
}

/** What a band works with: its members, the first one first, and what the session has once. */
export interface BandParts
  extends Pick<
    SessionParts,
    | 'time'
    | 'clock'
    | 'mayPlay'
    | 'emit'
    | 'record'
    | 'resumesSolo'
    | 'closesByItself'
    | 'holdsDuets'
    | 'firstId'
    | 'portion'
  > {
  readonly members: readonly MemberParts[];
  /** Is told before the code of a member's plugin runs, and afterwards where it did not throw: its place among the members. */
  readonly runs?: (member: number) => void;
  readonly ran?: (member: number) => void;
  /** Is given how a member stands, as {@link SessionParts.checkpoint}; `member` is undefined for the first. */
  readonly checkpoint?: (checkpoint: Checkpoint, member: string | undefined) => void;
  /**
   * Is given how all members stand at one time, with what a band needs to be the same one: every few seconds in which something goes on,
   * and where it rests. Not at the times of {@link checkpoint}.
   */
  readonly stands?: (of: readonly MemberStands[]) => void;
  /** As {@link SessionParts.kept} and {@link SessionParts.moments}, of a member (undefined: the first). */
  readonly kept?: (id: string, checkpoint: Checkpoint, member: string | undefined) => void;
  readonly moments?: (id: string, member: string | undefined) => KeptMoment | undefined;
  /**
   * The failures of a take that is replayed, by member: one that fails goes on when `Band.rejoin` says so, not at once, and a session
   * that ends by a failure there plays no more notes here than it did then, whether or not the fault comes again.
   */
  readonly failures?: ReadonlyMap<string, readonly RejoinRecord[]>;
}

/** How a member stands. */
export interface MemberStands {
  /** undefined: the first. */
  readonly member: string | undefined;
  readonly checkpoint: Checkpoint;
}

/** A member failed and goes on. */
export type RejoinRecord = Extract<TakeRecord, { readonly type: 'rejoin' }>;
