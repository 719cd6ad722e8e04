import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';

/** A change of the user that can be undone, and done again. */
export interface UndoStep {
  /** What it changed, as a button says it: "Temperature", "Forget everything". */
  readonly label: string;
  undo(): void | Promise<void>;
  redo(): void | Promise<void>;
  /** It holds how the session stood, which is large. */
  readonly large?: true;
  /** It will be neither undone nor done again. */
  forget?(): void;
}

/** Changes with the same `of` that follow each other quickly, or come of one `gesture`, are one step. */
export interface Merging {
  readonly of: string;
  readonly gesture?: string | undefined;
}

/** What can be undone and done again next. */
export interface Undoable {
  readonly undo: { readonly label: string } | null;
  readonly redo: { readonly label: string } | null;
}

interface Entry {
  readonly step: UndoStep;
  readonly merging: Merging | undefined;
  readonly time: Seconds;
}

/** Changes of one thing that follow each other within this time are one step. */
const ONE_STEP: Seconds = 1;
const MOST_STEPS = 100;
/** A state is 50 to 500 kB. */
const MOST_LARGE = 16;

/** What the user of a session has changed, in order, to be undone from the last on. */
export class UndoStack {
  #done: Entry[] = [];
  #undone: Entry[] = [];
  /** The undoing under way, and what waits for it. */
  #running: Promise<unknown> = Promise.resolve();
  /** Counts the changes that were added. */
  #added = 0;

  constructor(
    private readonly now: () => Seconds,
    private readonly changed: () => void = () => {},
  ) {}

  get undoable(): Undoable {
    const next = (entries: readonly Entry[]) => {
      const entry = entries.at(-1);
      return entry ? { label: entry.step.label } : null;
    };
    return { undo: next(this.#done), redo: next(this.#undone) };
  }

  /** A change was made. What was undone before can be done again no more. */
  add(step: UndoStep, merging?: Merging): void {
    const time = this.now();
    this.#added++;
    const last = this.#done.at(-1);
    const merges = merging !== undefined && this.merges(merging);
    if (merges) this.#done.pop();
    this.#forget(this.#undone.splice(0));
    this.#done.push({ step: merges ? joined(last!.step, step) : step, merging, time });
    this.#trim();
    this.changed();
  }

  /** Whether a change would be one step with the last. */
  merges(merging: Merging): boolean {
    const last = this.#done.at(-1);
    return last !== undefined && this.#undone.length === 0 && areOne(last, merging, this.now());
  }

  /** A change can be neither undone nor made again any more, or was undone otherwise. */
  drop(step: UndoStep): void {
    const other = (entry: Entry) => entry.step !== step;
    if (this.#done.every(other) && this.#undone.every(other)) return;
    this.#done = this.#done.filter(other);
    this.#undone = this.#undone.filter(other);
    step.forget?.();
    this.changed();
  }

  /** Undoes the last change. Throws UNDO_NOTHING, and what undoing it throws. */
  undo(): Promise<void> {
    return this.#inTurn(async () => {
      const entry = this.#done.pop();
      if (entry === undefined) throw nothing('undo');
      await this.#move(entry, { act: (step) => step.undo(), back: this.#done, to: this.#undone });
    });
  }

  /** Makes the change that was undone last again. Throws UNDO_NOTHING, and what making it throws. */
  redo(): Promise<void> {
    return this.#inTurn(async () => {
      const entry = this.#undone.pop();
      if (entry === undefined) throw nothing('redo');
      await this.#move(entry, { act: (step) => step.redo(), back: this.#undone, to: this.#done });
    });
  }

  async #move(
    entry: Entry,
    {
      act,
      back,
      to,
    }: {
      readonly act: (step: UndoStep) => void | Promise<void>;
      readonly back: Entry[];
      readonly to: Entry[];
    },
  ): Promise<void> {
    const added = this.#added;
    try {
      await act(entry.step);
    } catch (error) {
      // What somebody cancelled can be asked for again; what is impossible must not stand in the way of the rest.
      const cancelled = error instanceof ContinuoError && error.code === 'LOAD_CANCELLED';
      if (cancelled && added === this.#added) back.push(entry);
      else entry.step.forget?.();
      this.changed();
      throw error;
    }
    // Of what was changed meanwhile it is not known whether it fits.
    if (added === this.#added || to === this.#done) to.push({ ...entry, merging: undefined });
    else entry.step.forget?.();
    this.changed();
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const made = this.#running.then(act);
    this.#running = made.catch(() => undefined);
    return made;
  }

  #trim(): void {
    const large = this.#done.filter(({ step }) => step.large).length;
    let drop = Math.max(0, this.#done.length - MOST_STEPS);
    for (let left = large - MOST_LARGE; left > 0; ) if (this.#done[drop++]!.step.large) left--;
    this.#forget(this.#done.splice(0, drop));
  }

  #forget(entries: readonly Entry[]): void {
    for (const { step } of entries) step.forget?.();
  }
}

function areOne(last: Entry, merging: Merging | undefined, time: Seconds): boolean {
  if (merging === undefined || last.merging?.of !== merging.of) return false;
  const { gesture } = merging;
  return time - last.time < ONE_STEP || (gesture !== undefined && gesture === last.merging.gesture);
}

function joined(first: UndoStep, then: UndoStep): UndoStep {
  return {
    label: then.label,
    undo: () => first.undo(),
    redo: () => then.redo(),
    ...((first.large || then.large) && { large: true as const }),
    forget() {
      first.forget?.();
      then.forget?.();
    },
  };
}

function nothing(what: 'undo' | 'redo'): ContinuoError {
  return new ContinuoError(
    'UNDO_NOTHING',
    what === 'undo'
      ? 'Nothing has been changed in this session that can be undone.'
      : 'Nothing was undone in this session that can be done again.',
  );
}
