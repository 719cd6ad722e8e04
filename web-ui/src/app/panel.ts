import type { Seconds } from '../../../src/music/units.js';
import type { ParamValue } from '../../../src/plugin/params.js';
import {
  type ClientMessage,
  LONGEST_PIECE,
  type PlayerEvent,
  type ServerMessage,
  type SessionDescription,
} from '../../../src/server/protocol.js';
import type { Mode, SessionCommand } from '../../../src/session/commands.js';
import type { SessionEvent } from '../../../src/session/events.js';
import { NO_MEMORY, PieceController, type PieceMemory } from '../compose/piece-controller.js';
import { OwnNotes } from '../connection/own-notes.js';
import { NoteStore } from '../roll/note-store.js';
import type { Playback } from '../sound/playback.js';
import type { Sounds } from '../sound/sounds.js';
import type { Trouble } from './trouble-words.js';

type Phase = Extract<SessionEvent, { type: 'phase' }>;
export type Health = Extract<SessionEvent, { type: 'health' }>;

/** Something that the host was asked for, under a number. */
type Asked<T> = T & { readonly request: number };
/** Null: none. */
interface Port {
  readonly port: string | null;
}

const MUSIC: ReadonlySet<SessionEvent['type']> = new Set(['noteOn', 'noteOff', 'pedal', 'click']);

const phaseOf = ({ time, phase, held }: SessionDescription): Phase => ({
  ...{ type: 'phase', time, phase },
  ...(held && { held }),
});

const ASK_AGAIN: Seconds = 1;

/** The panel's picture of the session; elements draw it and ask it for things. All rebuilt from a welcome. */
export class Panel {
  connected = false;
  description: SessionDescription | undefined;
  phase: Phase = { type: 'phase', time: 0, phase: 'stopped' };
  values: Record<string, ParamValue> = {};
  health: Health | undefined;
  /** The music so far as ABC; empty where there is none. */
  notation = '';
  trouble: Trouble | undefined;
  /** What was asked for and is being loaded, while what was there before plays on. */
  loading: Asked<{ readonly plugin?: string; readonly model?: string }> | undefined;
  /** The ports that were asked for and are being opened. */
  connecting: { readonly input?: Asked<Port>; readonly output?: Asked<Port> } = {};
  /** What was asked for so far: each has its number, and the answer that number. */
  #requests = 0;
  readonly pieces: PieceController;
  readonly store = new NoteStore();
  /** The page of earlier music that was asked for, and when. */
  #askedFor: { readonly before: Seconds; readonly at: Seconds } | undefined;
  /** Values as the session said them last. */
  #told: Record<string, ParamValue> = {};
  readonly #watchers = new Set<() => void>();
  readonly #own = new OwnNotes(this.store);

  constructor(
    readonly sounds: Sounds,
    /** Plays the past again, here. */
    readonly playback: Playback,
    /** Session time, as this machine sees it. */
    readonly now: () => Seconds,
    readonly send: (message: ClientMessage) => boolean,
    memory: PieceMemory = NO_MEMORY,
  ) {
    this.pieces = new PieceController(send, () => this.changed(), memory);
  }

  /** Calls back when anything but the music changes. Returns what ends it. */
  watch(callback: () => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  get running(): boolean {
    return this.phase.phase !== 'stopped';
  }

  /** Whether the first note will start the session. */
  get firstNoteStarts(): boolean {
    return this.connected && this.description?.firstNoteStarts === true;
  }

  /** Whether a piece is played, here or at another panel, and the model is silent. */
  get held(): boolean {
    return this.connected && this.phase.held === true;
  }

  /** Whether Start does something: alone and silent for good, the model is set going by it too. */
  get canStart(): boolean {
    const { phase, takeOverAt } = this.phase;
    const silent = phase === 'waiting' && this.description?.mode === 'solo' && takeOverAt === undefined;
    return this.connected && (!this.running || silent);
  }

  /**
   * Where the now-line stands: the session's clock while the session runs, its last moment while it is stopped and
   * nobody plays, since nothing moves but the music.
   */
  viewTime(): Seconds {
    const now = this.now();
    if (this.running && this.connected) return now;
    return Math.min(now, Math.max(this.phase.time, this.store.lastEnd(now)));
  }

  /** The line to the host is gone: nothing goes on, neither on the roll nor in the ear. */
  lost(): void {
    this.connected = false;
    this.pieces.lost();
    this.playback.stop();
    this.sounds.silence();
    const time = this.now();
    this.store.fold({ type: 'allOff', time });
    this.phase = { type: 'phase', time, phase: 'stopped' };
    this.health = undefined;
    this.trouble = undefined;
    this.loading = undefined;
    this.connecting = {};
    this.changed();
  }

  receive(message: Exclude<ServerMessage, { type: 'pong' }>): void {
    switch (message.type) {
      case 'welcome':
        this.pieces.offered(message.composers, message.description.plugin.id);
        if (this.connected) this.#changed(message.description);
        else this.#rebuild(message);
        break;
      case 'earlier':
        this.#askedFor = undefined;
        this.store.prepend(message);
        return;
      case 'event':
        this.#fold(message.event);
        // Notes are drawn frame by frame; only the rest is laid out anew.
        if (MUSIC.has(message.event.type)) return;
        break;
      case 'ports':
        this.#describe({ ports: message.ports });
        break;
      case 'done':
        this.#over(message.request);
        break;
      case 'error':
        this.#refused(message);
        return;
      case 'piece':
      case 'pieceSoFar':
      case 'pieceFile':
        this.pieces.receive(message);
        return;
      default:
        message satisfies never;
    }
    this.changed();
  }

  #refused(error: Extract<ServerMessage, { type: 'error' }>): void {
    switch (error.about) {
      case 'makePiece':
      case 'readPiece':
      case 'exportPiece':
        this.pieces.refused(error, error.request);
        return;
      // Asked too quickly, it is asked again.
      case 'earlier':
        return;
      case 'load':
      case 'connect':
        this.#over(error.request);
        break;
      // A parameter that was refused goes back to what the session has.
      case 'command':
        this.values = { ...this.#told };
        break;
    }
    this.trouble = error;
    this.changed();
  }

  command(command: SessionCommand): void {
    this.trouble = undefined;
    this.send({ type: 'command', command });
    this.changed();
  }

  /** Shown at once; the session's echo confirms it. */
  setParam(id: string, value: ParamValue): void {
    this.values = { ...this.values, [id]: value };
    this.command({ type: 'param', id, value });
  }

  /** Choosing the mode that holds already does nothing: it would only cut the model short. */
  setMode(mode: Mode): void {
    if (mode !== this.description?.mode) this.command({ type: 'mode', mode });
  }

  connect(which: 'input' | 'output', port: string | null): void {
    this.trouble = undefined;
    const request = ++this.#requests;
    if (this.send({ type: 'connect', request, which, port }))
      this.connecting = { ...this.connecting, [which]: { request, port } };
    this.changed();
  }

  /** Choosing what plays does nothing, unless something else is being loaded: the last that is asked for holds. */
  load(choice: { plugin?: string; model?: string }): void {
    const { plugin, model } = this.description ?? {};
    const same = (choice.plugin ?? plugin?.id) === plugin?.id && (choice.model ?? model?.id) === model?.id;
    if (same && this.loading === undefined) return;
    this.trouble = undefined;
    const request = ++this.#requests;
    if (this.send({ type: 'load', request, ...choice })) this.loading = { request, ...choice };
    this.changed();
  }

  /** What was asked for under this number is there, or refused. What others asked for, or was asked for since, is not. */
  #over(request: number | undefined): void {
    if (this.loading?.request === request) this.loading = undefined;
    const { input, output } = this.connecting;
    this.connecting = {
      ...(input && input.request !== request && { input }),
      ...(output && output.request !== request && { output }),
    };
  }

  /**
   * Something was played here at session time `at`: heard and drawn at once, and told to the host.
   */
  play(event: PlayerEvent, at: Seconds): void {
    const now = this.now();
    const time = Math.max(0, at);
    this.sounds.played(event, now);
    const told = this.send({ type: 'play', event: { ...event, time } });
    this.#own.play(event, time, told ? now : undefined);
  }

  /** A piece is played here, for so long at most; 0: it is over. Meanwhile the model is silent. */
  piecePlays(seconds: Seconds): void {
    this.send({ type: 'piecePlays', seconds: Math.min(seconds, LONGEST_PIECE) });
  }

  /** What is to be said at a place: the trouble that its own messages met, or, at no such place, any other. */
  troubleAbout(place: 'connect' | 'load' | 'elsewhere'): Trouble | undefined {
    const about = this.trouble?.about;
    const its = about === 'connect' || about === 'load' ? about : 'elsewhere';
    return its === place ? this.trouble : undefined;
  }

  dismissTrouble(): void {
    this.trouble = undefined;
    this.changed();
  }

  /** Plugin or model were changed: the music goes on. */
  #changed(description: SessionDescription): void {
    if (description.phase !== this.phase.phase) this.phase = phaseOf(description);
    this.#take(description);
  }

  #rebuild({ description, history, historyFrom }: Extract<ServerMessage, { type: 'welcome' }>): void {
    this.connected = true;
    this.phase = phaseOf(description);
    this.health = undefined;
    this.trouble = undefined;
    this.loading = undefined;
    this.connecting = {};
    this.#own.forget();
    this.#take(description);
    this.store.begin(history, historyFrom);
    this.#askedFor = undefined;
  }

  /** The music from `time` on is looked at: what of it is not here is asked for, a page at a time. */
  lookAt(time: Seconds): void {
    const { since } = this.store;
    const now = this.now();
    if (!this.connected || since === undefined || time > since) return;
    // One that does not come is asked for again, but not at each frame.
    if (this.#askedFor?.before === since && now < this.#askedFor.at + ASK_AGAIN) return;
    this.#askedFor = { before: since, at: now };
    this.send({ type: 'earlier', before: since });
  }

  #take(description: SessionDescription): void {
    this.description = description;
    this.#told = { ...description.values };
    this.values = { ...this.#told };
    this.notation = description.notation ?? '';
  }

  #fold(event: SessionEvent): void {
    this.#own.echoed(event);
    this.store.fold(event);
    this.sounds.fold(event, this.now());
    switch (event.type) {
      case 'phase':
        this.phase = event;
        if (this.running) this.#describe({ firstNoteStarts: false });
        break;
      case 'mode':
        this.#describe({ mode: event.mode });
        break;
      case 'param':
        this.#told[event.id] = event.value;
        this.values = { ...this.values, [event.id]: event.value };
        break;
      case 'health':
        this.health = event;
        break;
      case 'notation':
        this.notation = event.abc;
        break;
      case 'recording':
        this.#recording(event.failure);
        break;
      case 'trouble':
        this.trouble = event;
        break;
      // Music alone, which is drawn and heard.
      case 'noteOn':
      case 'noteOff':
      case 'pedal':
      case 'click':
      case 'discard':
      case 'takenBack':
      case 'allOff':
        break;
      default:
        event satisfies never;
    }
  }

  /** Said aloud once, and standing in the bar until it is over. */
  #recording(failure: string | null): void {
    if (failure !== null) this.trouble = { code: 'FILE_WRITE', message: failure };
    if (this.description === undefined) return;
    const { notRecording: _, ...description } = this.description;
    this.description = failure === null ? description : { ...description, notRecording: failure };
  }

  #describe(change: Partial<SessionDescription>): void {
    if (this.description !== undefined) this.description = { ...this.description, ...change };
  }
}
