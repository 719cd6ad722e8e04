import type { TurnKind } from '../codec/codec.js';
import type { Seconds } from '../music/units.js';
import type { Mark } from './moments.js';
import type { ModelTurnState } from './turn-state.js';

/** How a turn comes about, and when it should end. Times are session seconds. */
export interface Span {
  readonly kind: TurnKind;
  /** No note begins at or after this time; null: the turn lasts until somebody stops it. */
  readonly endsAt: Seconds | null;
  /** From this time on the model looks for a cadence to end at; null: it never looks for one. */
  readonly closesAt: Seconds | null;
}

/** Notes that still sound at the end of a turn may ring for this long. */
const RELEASE: Seconds = 1.5;
/** The same after a cadence, whose last chord may be held. */
const RELEASE_AFTER_CLOSE: Seconds = 4;
/** A model that has found no cadence after this time ends where it is. */
const CLOSE_SEARCH_LIMIT: Seconds = 20;
/** A turn must have lasted this long before the model may return to its start. */
const DRIFT_GRACE: Seconds = 10;

/** One turn of the model: when it should end, and whether that is decided yet. `head` is the time at the end of the plan. */
export class ModelTurn {
  /** When the turn is over; null until that is decided. */
  doneAt: Seconds | null = null;
  #endsAt: Seconds | null;
  #closesAt: Seconds | null;
  /** The end comes from a cadence that was found, so it may move if the plan is discarded. */
  #closed = false;
  /** The stream itself named the end (a bar line): a note that begins there belongs to the next turn. */
  #exact: boolean;

  /**
   * @param streamEnd where the stream wants the turn to end; null where it leaves that to `span`
   * @param beganAt time of the head as the turn began
   * @param startMark the moment to return to when the model drifts; null once the player has played since
   */
  constructor(
    private readonly span: Span,
    streamEnd: Seconds | null,
    private readonly beganAt: Seconds,
    public startMark: Mark | null,
  ) {
    this.#endsAt = streamEnd ?? span.endsAt;
    this.#closesAt = streamEnd === null ? span.closesAt : null;
    this.#exact = streamEnd !== null;
  }

  /** A turn as {@link save} left it. */
  static from(
    { span, beganAt, ...state }: Omit<ModelTurnState, 'startMark'>,
    startMark: Mark | null,
  ): ModelTurn {
    const turn = new ModelTurn(span, null, beganAt, startMark);
    turn.#endsAt = state.endsAt;
    turn.#closesAt = state.closesAt;
    turn.#closed = state.closed;
    turn.#exact = state.exact;
    return turn;
  }

  /** This turn as it stands where the plan ends at `head`. */
  save(head: Seconds): Omit<ModelTurnState, 'startMark'> {
    const [endsAt, closesAt, exact] = [this.#endsAt, this.#closesAt, this.#exact];
    const found = this.#closed && head >= endsAt!;
    const reopened = this.#closed && !found;
    return {
      span: this.span,
      endsAt: reopened ? null : endsAt,
      closesAt,
      closed: found,
      exact,
      beganAt: this.beganAt,
    };
  }

  /** For how long the model has looked for a cadence; undefined where it does not look for one. */
  closingFor(head: Seconds): Seconds | undefined {
    return this.#closesAt === null || head < this.#closesAt ? undefined : head - this.#closesAt;
  }

  /** Whether the head has reached the end of the turn. `mayClose` says whether the music could end at the head. */
  reachesEnd(head: Seconds, mayClose: (closingFor: Seconds) => boolean): boolean {
    const closingFor = this.closingFor(head);
    if (this.#endsAt === null && closingFor !== undefined) {
      if (closingFor >= CLOSE_SEARCH_LIMIT || mayClose(closingFor)) {
        this.#endsAt = head;
        this.#closed = true;
      }
    }
    return this.#endsAt !== null && head >= this.#endsAt;
  }

  /** When a turn whose end the head has reached is over; null while a note still rings. */
  finishedAt(head: Seconds, notesRing: boolean): Seconds | null {
    if (!notesRing) return head;
    // A note that begins at an exact end says only that the note before it ends: both are discarded with the end.
    if (this.#exact) return this.#endsAt;
    return head >= this.#endsAt! + (this.#closed ? RELEASE_AFTER_CLOSE : RELEASE) ? head : null;
  }

  /** The plan was discarded back to `head`: the end is open again, and so is a cadence that was found later than that. */
  reopen(head: Seconds): void {
    this.doneAt = null;
    if (!this.#closed || head >= this.#endsAt!) return;
    this.#closed = false;
    this.#endsAt = null;
  }

  /** The model looks for a cadence from `time` on, or never (null), unless it has found one. */
  searchFrom(time: Seconds | null): void {
    if (!this.#closed) this.#closesAt = time;
  }

  /** The stream names the end: a time, or null where the turn is not to end by itself. */
  endAt(streamEnd: Seconds | null): void {
    this.#endsAt = streamEnd;
    this.#exact = streamEnd !== null;
  }

  /** The stream's tempo changed, and with it the time of an end that the stream named. */
  moveEnd(streamEnd: Seconds | null): void {
    if (this.#exact) this.#endsAt = streamEnd;
  }

  /** Whether the turn has lasted long enough for the model to return to its start. */
  mayReturn(head: Seconds): boolean {
    return this.startMark !== null && head >= this.beganAt + DRIFT_GRACE;
  }
}
