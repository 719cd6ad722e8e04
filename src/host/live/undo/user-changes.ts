import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import type { ParamSpecs, ParamValue } from '../../../plugin/params.js';
import { LEAD, type Mode, memberOf, type SessionCommand } from '../../../session/commands.js';
import type { Setup } from '../../models/open-host-performer.js';
import type { ResumeFrom } from '../../states/saved-state.js';
import { type Undoable, UndoStack, type UndoStep } from './undo-stack.js';

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
  /** Loads a setup for the next phrase, to go on from how it stood. */
  load(setup: Setup, resume: ResumeFrom | null): Promise<void>;
}

/** Makes the changes that the user of a session makes undoable. */
export class UserChanges {
  readonly #stack: UndoStack;
  readonly #watchers = new Set<() => void>();
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
    if (type !== 'param' && type !== 'mode' && type !== 'mute') return;
    const before = this.#before(command);
    if (before === null) return;
    const step = {
      label: this.#label(command),
      undo: () => this.session.order(before),
      redo: () => this.session.order(command),
    };
    const of = [type, memberOf(command) ?? LEAD, type === 'param' ? command.id : ''].join(' ');
    // A switch that is thrown twice was thrown twice.
    if (type === 'param') this.#stack.add(step, { of, gesture });
    else this.#stack.add(step);
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
