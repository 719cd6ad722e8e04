import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import type { ParamSpecs, ParamValue } from '../../../plugin/params.js';
import { LEAD, type Mode, memberOf, type SessionCommand } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import type { Setup } from '../../models/open-host-performer.js';
import type { ResumeFrom } from '../../states/saved-state.js';
import { AwaitedChanges, GoingBack, type Moments } from './going-back.js';
import { type Merging, type Undoable, UndoStack, type UndoStep } from './undo-stack.js';

/** A member's parameters as they are meant to be, and how it is called where there are several. */
export interface ChangedMember {
  readonly specs: ParamSpecs;
  readonly values: Readonly<Record<string, ParamValue>>;
  readonly mode: Mode;
  readonly muted: boolean;
  /** Its name in a band; undefined: nobody else plays. */
  readonly name: string | undefined;
}

/** What plays, with names for people. */
export interface Plays {
  readonly setup: Setup;
  readonly plugin: string;
  readonly model: string;
  /** The further members of a band. */
  readonly members: readonly string[];
}

/** What played, and how it stood; null: it had heard and played nothing. */
interface Played extends Plays {
  readonly resume: ResumeFrom | null;
}

/** What undoing needs of its session. */
export interface ChangedSession {
  now(): Seconds;
  /** A member (undefined: the first) as the user wants it. */
  member(id: string | undefined): ChangedMember;
  /** Obeys a command without its being undoable itself. */
  order(command: SessionCommand): void;
  readonly moments: Moments;
  /** Its snapshots, deleted and brought back. */
  readonly snapshots: { remove(id: string): void; restore(id: string): void };
  /** Loads a setup for the next phrase, to go on from how it stood. */
  load(setup: Setup, resume: ResumeFrom | null): Promise<void>;
}

/** A snapshot that is gone back to. */
interface Recalled {
  readonly id: string;
  readonly name: string;
  readonly own: boolean;
}

const TAKES_BACK = { takeBack: 'Take back', again: 'Again', reset: 'Forget everything' } as const;

/** Makes the changes that the user of a session makes undoable. */
export class UserChanges {
  readonly #stack: UndoStack;
  readonly #watchers = new Set<() => void>();
  readonly #awaited = new AwaitedChanges((step) => this.#stack.add(step));
  /** Deleted snapshots that can be brought back, by their ids. */
  readonly #deleted = new Map<string, UndoStep>();
  /** What was exchanged, since somebody said why. */
  #exchanged: { readonly before: Played; readonly after: Plays } | null = null;

  constructor(private readonly session: ChangedSession) {
    this.#stack = new UndoStack(
      () => session.now(),
      () => {
        for (const watcher of this.#watchers) watcher();
      },
    );
  }

  get undoable(): Undoable {
    return this.#stack.undoable;
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  undo(): Promise<void> {
    return this.#stack.undo();
  }

  redo(): Promise<void> {
    return this.#stack.redo();
  }

  /** A command is obeyed next. `gesture`: changes of one are undone together. */
  commands(command: SessionCommand, gesture?: string): void {
    const { type } = command;
    if (type === 'takeBack' || type === 'again' || type === 'reset') {
      // Going back concerns all members of a band.
      if (!('member' in command)) this.#awaited.add(this.#goingBack(TAKES_BACK[type]));
      return;
    }
    if (type !== 'param' && type !== 'mode' && type !== 'mute') return;
    const before = this.#before(command);
    if (before === null) return;
    const setting: UndoStep = {
      label: this.#label(command),
      undo: () => this.session.order(before),
      redo: () => this.session.order(command),
    };
    // A switch that is thrown twice was thrown twice.
    if (type !== 'param') {
      this.#stack.add(setting);
      return;
    }
    const member = memberOf(command);
    const merging = { of: `${command.id} ${member ?? LEAD}`, gesture };
    const restarts = this.session.member(member).specs[command.id]?.restarts === true;
    const forgets = restarts && member === undefined && !this.#stack.merges(merging);
    if (!forgets) this.#stack.add(setting, merging);
    else this.#addKept(this.#goingBack(setting.label, { back: before, forth: command }), merging, setting);
  }

  #goingBack(label: string, settings?: ConstructorParameters<typeof GoingBack>[2]): GoingBack {
    const { moments } = this.session;
    return new GoingBack(label, { moments, order: (command) => this.session.order(command) }, settings);
  }

  /** Adds a step; where its moment cannot be kept, `otherwise` is what can be undone. */
  #addKept(step: GoingBack, merging: Merging, otherwise: UndoStep): void {
    let undoing: UndoStep = step;
    const wrapped: UndoStep = {
      ...{ label: step.label, large: true },
      undo: () => undoing.undo(),
      redo: () => undoing.redo(),
      forget: () => undoing.forget?.(),
    };
    step.kept.catch(() => {
      undoing = otherwise;
    });
    this.#stack.add(wrapped, merging);
  }

  /** The user goes back to a snapshot next. */
  recalls({ id, name, own }: Recalled, when: 'now' | 'phrase'): void {
    const step = this.#goingBack(`Back to ${name}`);
    if (when === 'now') this.#awaited.add(step);
    else if (own) this.#awaited.addAtPhrase(id, step);
  }

  /** The user deleted a snapshot. */
  deleted({ id, name }: Pick<Recalled, 'id' | 'name'>): void {
    const { snapshots } = this.session;
    const step: UndoStep = {
      label: `Delete ${name}`,
      undo: () => snapshots.restore(id),
      redo: () => snapshots.remove(id),
      forget: () => void this.#deleted.delete(id),
    };
    this.#deleted.set(id, step);
    this.#stack.add(step);
  }

  /** A deleted snapshot was brought back by itself. */
  broughtBack(id: string): void {
    const step = this.#deleted.get(id);
    if (step) this.#stack.drop(step);
  }

  hear(event: SessionEvent): void {
    this.#awaited.hear(event);
  }

  /** The command that undoes a setting; null where it changes nothing. */
  #before(command: Extract<SessionCommand, { type: 'param' | 'mode' | 'mute' }>): SessionCommand | null {
    const { values, mode, muted } = this.session.member(memberOf(command));
    switch (command.type) {
      case 'param': {
        const value = values[command.id];
        return value === undefined || value === command.value ? null : { ...command, value };
      }
      case 'mode':
        return mode === command.mode ? null : { ...command, mode };
      case 'mute':
        return muted === command.muted ? null : { ...command, muted };
    }
  }

  #label(command: Extract<SessionCommand, { type: 'param' | 'mode' | 'mute' }>): string {
    const { specs, name } = this.session.member(memberOf(command));
    const what =
      command.type === 'param'
        ? (specs[command.id]?.label ?? command.id)
        : command.type === 'mode'
          ? `Mode ${command.mode}`
          : command.muted
            ? 'Mute'
            : 'Unmute';
    return name === undefined ? what : `${name}: ${what}`;
  }

  /** Another engine plays in place of one that stood so. */
  exchanged(before: Plays, after: Plays, resume: ResumeFrom | null): void {
    this.#exchanged = { before: this.#exchanged?.before ?? { ...before, resume }, after };
  }

  /** What was exchanged, a user has asked for. */
  loaded(): void {
    const exchanged = this.#taken();
    if (exchanged) this.#stack.add(this.#loading(exchanged.before, exchanged.after));
  }

  /** Nobody has asked for what was exchanged: another engine failed. */
  fellBack(): void {
    this.#taken();
  }

  #taken() {
    const exchanged = this.#exchanged;
    this.#exchanged = null;
    return exchanged;
  }

  #loading(before: Played, after: Plays): UndoStep {
    let back = before;
    let forth: Played = { ...after, resume: null };
    return {
      label: loadLabel(before, after),
      large: true,
      undo: async () => {
        forth = (await this.#load(back)) ?? forth;
      },
      redo: async () => {
        back = (await this.#load(forth)) ?? back;
      },
    };
  }

  /** Returns what played until then; null where nothing else did. */
  async #load({ setup, resume }: Played): Promise<Played | null> {
    try {
      await this.session.load(setup, resume);
    } catch (error) {
      // Its weights are others by now: it begins anew.
      if (!(error instanceof ContinuoError && error.code === 'STATE_OTHER')) throw error;
      await this.session.load(setup, null);
    }
    return this.#taken()?.before ?? null;
  }
}

/** What a load changed: the plugin, else the model, else who plays along. */
function loadLabel(before: Plays, after: Plays): string {
  if (before.plugin !== after.plugin) return `Plugin ${after.plugin}`;
  if (before.model !== after.model) return `Model ${after.model}`;
  const joined = after.members.length - before.members.length;
  const [more, fewer] = joined > 0 ? [after, before] : [before, after];
  const who = more.members.find((name) => !fewer.members.includes(name)) ?? 'Band';
  return joined > 0 ? `${who} joins` : joined < 0 ? `${who} leaves` : 'Band';
}
