import type { TuneSettings } from '../../../src/plugins/folk/compose/tune-options.js';
import {
  type ClientMessage,
  MAX_ABC,
  MAX_MESSAGE_BYTES,
  type ServerMessage,
} from '../../../src/server/protocol.js';
import type { Trouble } from '../app/trouble-words.js';
import { Versions } from './tune-versions.js';
import { type Deleted, type Tunebook, withTitle } from './tunebook.js';

export type Tune = Extract<ServerMessage, { type: 'tune' }>['tune'];
type SoFar = Extract<ServerMessage, { type: 'tuneSoFar' }>['soFar'];
type Task = Extract<ClientMessage, { type: 'generateTune' }>['task'];
export type TuneChange = NonNullable<Extract<Task, { type: 'make' }>['from']>['change'];

/** The tune that is worked on: how it came to be, what is asked for, and the book that it stands in. */
export class TuneDesk {
  /** What went wrong last. */
  trouble: Trouble | undefined;
  /** The tune that grows, while one is being made. */
  soFar: SoFar | undefined;
  #versions = new Versions<Tune>();
  /** What the host has been asked for, and what is to be done with it. */
  #asked: { readonly request: number; readonly task: Task; readonly got: (tune: Tune) => void } | undefined;
  #nextRequest = 1;
  /** Of the tune in the book. */
  #id: number | undefined;
  #deleted: (Deleted & { readonly shown: boolean }) | undefined;

  constructor(
    readonly send: (message: ClientMessage) => boolean,
    readonly changed: () => void,
    readonly book: Tunebook,
    /** Hears which tune of the book is open. */
    readonly opened: (id: number) => void = () => {},
  ) {}

  /** The one that is shown. */
  get tune(): Tune | undefined {
    return this.#versions.current;
  }

  /** Its number in the book. */
  get id(): number | undefined {
    return this.#id;
  }

  get busy(): boolean {
    return this.#asked !== undefined;
  }

  /** The settings of the tune that is being made. */
  get making(): TuneSettings | undefined {
    return this.#asked?.task.type === 'make' ? this.#asked.task.settings : undefined;
  }

  get canUndo(): boolean {
    return this.#versions.hasEarlier;
  }

  get canRedo(): boolean {
    return this.#versions.hasLater;
  }

  /** Asks for a new tune; one at a time. */
  make(settings: TuneSettings): void {
    this.#ask({ type: 'make', settings }, (tune) => this.#begin(tune, this.book.add(tune)));
  }

  /** Asks for another version of the tune that is shown. */
  change(change: TuneChange, settings: TuneSettings): void {
    if (this.tune === undefined) return;
    const from = { abc: this.tune.abc, change };
    this.#ask({ type: 'make', settings, from }, (tune) => this.#show(tune));
  }

  /** Opens a tune of one's own, and puts it into the book. */
  open(abc: string): void {
    this.#ask({ type: 'read', abc }, (tune) => this.#begin(tune, this.book.add(tune)));
  }

  openFromBook(id: number): void {
    const found = this.book.tunes.find((tune) => tune.id === id);
    if (found === undefined || (id === this.#id && this.tune !== undefined)) return;
    this.#ask({ type: 'read', abc: found.abc }, (tune) => this.#begin(tune, id));
  }

  cancel(): void {
    if (this.#asked === undefined) return;
    this.send({ type: 'cancelTune', request: this.#asked.request });
    this.#end();
    this.changed();
  }

  undo(): void {
    this.#versions.back();
    this.#keep();
  }

  redo(): void {
    this.#versions.forth();
    this.#keep();
  }

  rename(id: number, title: string): void {
    this.#deleted = undefined;
    const name = this.book.rename(id, title);
    if (id === this.#id && name !== undefined)
      this.#versions.change((tune) => ({ ...tune, title: name, abc: withTitle(tune.abc, name) }));
    this.changed();
  }

  /** It can be had back until something else is done. */
  delete(id: number): void {
    const deleted = this.book.delete(id);
    if (deleted === undefined) return;
    this.#deleted = { ...deleted, shown: id === this.#id };
    // What is shown stays, and is in no book any more.
    if (id === this.#id) this.#id = undefined;
    this.changed();
  }

  /** What was deleted last, while it can be had back. */
  get deleted(): Deleted | undefined {
    return this.#deleted;
  }

  /** Puts back what was deleted last. Returns its number in the book. */
  restore(): number | undefined {
    if (this.#deleted === undefined) return undefined;
    const id = this.book.restore(this.#deleted);
    if (this.#deleted.shown) this.#id = id;
    this.#deleted = undefined;
    this.changed();
    return id;
  }

  receive(message: Extract<ServerMessage, { type: 'tune' | 'tuneSoFar' }>): void {
    const asked = this.#asked;
    if (asked === undefined || message.request !== asked.request) return;
    if (message.type === 'tuneSoFar') this.soFar = message.soFar;
    else {
      this.#end();
      asked.got(message.tune);
    }
    this.changed();
  }

  /** `request`: what was refused, where that is known. What was given up is another matter than what is asked for now. */
  refused(trouble: Trouble, request?: number): void {
    if (request !== undefined && request !== this.#asked?.request) return;
    this.#end();
    this.trouble = trouble;
    this.changed();
  }

  /** The line to the host is gone, and with it what was asked for. */
  lost(): void {
    this.#end();
  }

  #ask(task: Task, got: (tune: Tune) => void): void {
    if (this.busy) return;
    const request = this.#nextRequest++;
    const message = { type: 'generateTune', request, task } as const;
    const abc = task.type === 'read' ? task.abc : (task.from?.abc ?? '');
    if (abc.length > MAX_ABC || byteLength(message) > MAX_MESSAGE_BYTES) {
      this.trouble = {
        code: 'ABC_TOO_LARGE',
        message: `The tune is longer than the ${MAX_ABC} characters that the host takes.`,
        hint: 'Leave out remarks (N: lines), or give a part of it.',
      };
    } else {
      this.trouble = undefined;
      if (this.send(message)) this.#asked = { request, task, got };
    }
    this.changed();
  }

  #end(): void {
    this.#asked = undefined;
    this.soFar = undefined;
  }

  #begin(tune: Tune, id: number): void {
    this.#deleted = undefined;
    this.#id = id;
    this.opened(id);
    this.#versions = new Versions<Tune>();
    this.#versions.add(tune);
  }

  #show(tune: Tune): void {
    this.#versions.add(tune);
    this.#keep();
  }

  /** The book has what is shown. */
  #keep(): void {
    this.#deleted = undefined;
    if (this.#id !== undefined && this.tune !== undefined) this.book.update(this.#id, this.tune);
    this.changed();
  }
}

function byteLength(message: ClientMessage): number {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}
