import { exhausted } from '../../../src/exhausted.js';
import type { Seconds } from '../../../src/music/units.js';
import type { ParamValue } from '../../../src/plugin/params.js';
import {
  type ClientMessage,
  type Coming,
  LONGEST_PIECE,
  type LoadChoice,
  type MemberDescription,
  type PlayerEvent,
  type ServerMessage,
  type SessionDescription,
  type Undoable,
} from '../../../src/protocol/session-protocol.js';
import type { Mode, SessionCommand } from '../../../src/session/commands.js';
import type { SessionEvent } from '../../../src/session/events.js';
import { isDrumKit } from '../../../src/synth/timbre.js';
import { NO_MEMORY, PieceController, type PieceMemory } from '../compose/piece-controller.js';
import { OwnNotes } from '../connection/own-notes.js';
import { NetworkStore } from '../network/network-store.js';
import { NoteStore } from '../roll/note-store.js';
import type { Playback } from '../sound/playback.js';
import type { Sounds } from '../sound/sounds.js';
import { type PlayedBy, type Timbre, timbreOf } from '../sound/timbre.js';
import type { Trouble } from './trouble-words.js';

type Phase = Extract<SessionEvent, { type: 'phase' }>;
export type Health = Extract<SessionEvent, { type: 'health' }>;

/** The id that stands for a model where a plugin predicts by itself. */
const NO_MODEL = 'none';

const NOTHING_UNDOABLE: Undoable = { undo: null, redo: null };

/** A numbered request to the host. */
type Asked<T> = T & { readonly request: number };
/** A port; null: none. */
interface Port {
  readonly port: string | null;
}

const MUSIC: ReadonlySet<SessionEvent['type']> = new Set(['noteOn', 'noteOff', 'pedal', 'click']);

const phaseOf = ({ time, phase, held }: SessionDescription): Phase => ({
  ...{ type: 'phase', time, phase },
  ...(held && { held }),
});

const ASK_AGAIN: Seconds = 1;

/** What the panel works with. */
interface PanelParts {
  readonly sounds: Sounds;
  /** Replays past music in this browser. */
  readonly playback: Playback;
  /** Session time, as estimated by this machine. */
  readonly now: () => Seconds;
  readonly send: (message: ClientMessage) => boolean;
  /** Default: it keeps no pieces. */
  readonly memory?: PieceMemory;
}

/** The panel's state of the session; elements render it and send commands through it. A welcome rebuilds all of it. */
export class Panel {
  connected = false;
  /** Whether the panel is on its way to another session: nothing is lost. */
  leaving = false;
  /** Whether the session is on its way to another host, where it goes on with what is known here. */
  moving = false;
  /** The same, and it takes so long that its user is to know. */
  movesLong = false;
  description: SessionDescription | undefined;
  phase: Phase = { type: 'phase', time: 0, phase: 'stopped' };
  values: Record<string, ParamValue> = {};
  health: Health | undefined;
  /** The music so far as ABC, in a band the first member's; empty where there is none. */
  notation = '';
  trouble: Trouble | undefined;
  /** The plugin or model being loaded; the old one plays meanwhile. */
  loading: Asked<LoadChoice> | undefined;
  /** What the host loads beside what plays, whoever asked for it. */
  coming: Coming | undefined;
  /** What can be undone and done again next. */
  undoable: Undoable = NOTHING_UNDOABLE;
  /** The ports being opened. */
  connecting: { readonly input?: Asked<Port>; readonly output?: Asked<Port> } = {};
  /** Number of requests so far; each answer has the number of its request. */
  #requests = 0;
  readonly pieces: PieceController;
  readonly store = new NoteStore(undefined, (by) => this.timbreOf(by));
  /** What is seen of the network, while it is watched. */
  readonly network: NetworkStore;
  /** The page of earlier music requested last, and when. */
  #askedFor: { readonly before: Seconds; readonly at: Seconds } | undefined;
  /** Parameter values as last reported by the session. */
  #told: Record<string, ParamValue> = {};
  readonly #watchers = new Set<() => void>();
  readonly #own = new OwnNotes(this.store);

  readonly sounds: Sounds;
  readonly playback: Playback;
  readonly now: () => Seconds;
  readonly send: (message: ClientMessage) => boolean;

  constructor({ sounds, playback, now, send, memory = NO_MEMORY }: PanelParts) {
    this.sounds = sounds;
    this.playback = playback;
    this.now = now;
    this.send = send;
    this.network = new NetworkStore(send);
    this.pieces = new PieceController(send, () => this.changed(), memory);
  }

  /** Calls back when anything but the music changes. Returns a function that unsubscribes. */
  watch(callback: () => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Whether somebody has drums, or had them. */
  get hasDrums(): boolean {
    if (this.store.hasDrums) return true;
    const { voices = [], members = [] } = this.description ?? {};
    return [...voices, ...members.flatMap((member) => member.voices)].some(isDrumKit);
  }

  /** The music so far as ABC of all who write it, with the names of the members of a band. */
  get tunes(): { readonly id: string; readonly name: string; readonly abc: string }[] {
    const { members } = this.description ?? {};
    const all = members?.map(({ id, name, notation = '' }) => ({ id, name, abc: notation }));
    return (all ?? [{ id: '', name: '', abc: this.notation }]).filter(({ abc }) => abc !== '');
  }

  /** With which sound a note is heard here; one of the roll, as when it was played. */
  timbreOf(by: PlayedBy): Timbre {
    return timbreOf(this.description, by);
  }

  get running(): boolean {
    return this.phase.phase !== 'stopped';
  }

  /** Whether the first note will start the session. */
  get firstNoteStarts(): boolean {
    return this.connected && this.description?.firstNoteStarts === true;
  }

  /** Whether a piece plays, here or at another panel, while the model is silent. */
  get held(): boolean {
    return this.connected && this.phase.held === true;
  }

  /** Whether Start has an effect: in solo mode, where the model waits, it starts the model too. */
  get canStart(): boolean {
    const { phase, takeOverAt } = this.phase;
    const silent = phase === 'waiting' && this.description?.mode === 'solo' && takeOverAt === undefined;
    return this.connected && (!this.running || silent);
  }

  /**
   * Session time at the now-line: the clock while the session runs; its last moment while it is stopped and nobody plays, so that
   * the view stands still.
   */
  viewTime(): Seconds {
    const now = this.now();
    if (this.running && this.connected) return now;
    return Math.min(now, Math.max(this.phase.time, this.store.lastEnd(now)));
  }

  /** The connection is lost: the roll stops and the sound is silenced. `moving`: it comes back in a moment, at another host. */
  lost(moving = false): void {
    this.moving = moving;
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
    this.coming = undefined;
    this.undoable = NOTHING_UNDOABLE;
    this.connecting = {};
    this.changed();
  }

  /** The panel goes to another session (`empty`: to none); until that is there, nothing of this one sounds or looks live. */
  leave(empty = false): void {
    this.lost();
    this.leaving = true;
    this.store.begin([], undefined);
    this.#own.forget();
    this.notation = '';
    if (empty) this.description = undefined;
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
      case 'music':
        this.#own.forget();
        this.store.begin(message.history, message.historyFrom);
        this.#askedFor = undefined;
        return;
      case 'event':
        this.#fold(message.event);
        // Notes are drawn in each frame; only other changes need a render.
        if (MUSIC.has(message.event.type)) return;
        break;
      case 'ports':
        this.#describe({ ports: message.ports });
        break;
      // The client keeps them.
      case 'hosts':
      case 'snapshots':
      case 'snapshot':
        return;
      case 'coming':
        this.coming = message.coming ?? undefined;
        break;
      case 'undoable':
        this.undoable = { undo: message.undo, redo: message.redo };
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
      case 'networkShape':
      case 'networkSteps':
        this.network.receive(message);
        return;
      default:
        exhausted(message);
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
      // Refused because of the rate: it is requested again later.
      case 'earlier':
        return;
      // Another panel was quicker, or somebody cancelled the loading of what played before.
      case 'undo':
      case 'redo':
        if (error.code === 'UNDO_NOTHING' || error.code === 'LOAD_CANCELLED') return;
        break;
      case 'load':
      case 'connect':
        this.#over(error.request);
        if (error.code !== 'LOAD_CANCELLED') break;
        this.changed();
        return;
      // A refused parameter returns to the session's value.
      case 'command':
        this.values = { ...this.#told };
        break;
    }
    this.trouble = error;
    this.changed();
  }

  /** `gesture`: changes of a parameter that come of one are undone together. */
  command(command: SessionCommand, gesture?: number): void {
    this.trouble = undefined;
    this.send({ type: 'command', command, ...(gesture !== undefined && { gesture }) });
    this.changed();
  }

  /** Shown at once; the session's echo confirms it. */
  setParam(id: string, value: ParamValue, gesture?: number): void {
    this.values = { ...this.values, [id]: value };
    this.command({ type: 'param', id, value }, gesture);
  }

  /** Undoes what was changed last in this session, here or at another panel; or makes it again. */
  undo(what: 'undo' | 'redo'): void {
    if (!this.connected || this.undoable[what] === null) return;
    this.trouble = undefined;
    this.send({ type: what, request: ++this.#requests });
    this.changed();
  }

  /** Choosing the current mode does nothing: it would only cut the model short. */
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

  /** Choosing what already plays does nothing, unless something else is being loaded: the last request counts. */
  load(choice: { plugin?: string; model?: string }): void {
    const { plugin, model } = this.description ?? {};
    const same = (choice.plugin ?? plugin?.id) === plugin?.id && (choice.model ?? model?.id) === model?.id;
    if (same && this.loading === undefined) return;
    this.trouble = undefined;
    const request = ++this.#requests;
    if (this.send({ type: 'load', request, ...choice })) this.loading = { request, ...choice };
    this.changed();
  }

  /** What is being loaded plays as soon as it can, rather than at the next phrase. */
  hurryLoad(): void {
    this.send({ type: 'hurryLoad' });
  }

  /** What plays plays on. */
  cancelLoad(): void {
    this.send({ type: 'cancelLoad' });
  }

  /** The further members of the band, as a request names them. */
  get others(): NonNullable<LoadChoice['members']> {
    const { members = [] } = this.description ?? {};
    return members.slice(1).map(({ plugin, model }) => ({
      plugin: plugin.id,
      ...(model.id !== NO_MODEL && { model: model.id }),
    }));
  }

  /** Asks for these further members of the band, in place of those that there are. */
  loadMembers(members: NonNullable<LoadChoice['members']>): void {
    this.trouble = undefined;
    const request = ++this.#requests;
    if (this.send({ type: 'load', request, members })) this.loading = { request, members };
    this.changed();
  }

  /** The request with this number succeeded or failed; other pending requests are unaffected. */
  #over(request: number | undefined): void {
    if (this.loading?.request === request) this.loading = undefined;
    const { input, output } = this.connecting;
    this.connecting = {
      ...(input && input.request !== request && { input }),
      ...(output && output.request !== request && { output }),
    };
  }

  /** Plays an event of this panel at session time `at`: it sounds and is drawn at once, and goes to the host. */
  play(event: PlayerEvent, at: Seconds): void {
    const now = this.now();
    const time = Math.max(0, at);
    this.sounds.played(event, now);
    const told = this.send({ type: 'play', event: { ...event, time } });
    this.#own.play(event, time, told ? now : undefined);
  }

  /** Reports that a piece plays here for at most `seconds`; 0: it is over. Meanwhile the model is silent. */
  piecePlays(seconds: Seconds): void {
    this.send({ type: 'piecePlays', seconds: Math.min(seconds, LONGEST_PIECE) });
  }

  /** The trouble to show at a place: that of its own messages or, for `elsewhere`, any other. */
  troubleAbout(place: 'connect' | 'load' | 'elsewhere'): Trouble | undefined {
    const about = this.trouble?.about;
    const its = about === 'connect' || about === 'load' ? about : 'elsewhere';
    return its === place ? this.trouble : undefined;
  }

  dismissTrouble(): void {
    this.trouble = undefined;
    this.changed();
  }

  /** Plugin or model changed; the music goes on. */
  #changed(description: SessionDescription): void {
    if (description.phase !== this.phase.phase) this.phase = phaseOf(description);
    this.#take(description);
  }

  #rebuild({ description, history, historyFrom }: Extract<ServerMessage, { type: 'welcome' }>): void {
    const { moving } = this;
    this.connected = true;
    this.leaving = false;
    this.moving = false;
    this.phase = phaseOf(description);
    this.health = undefined;
    this.trouble = undefined;
    this.loading = undefined;
    this.connecting = {};
    this.coming = description.coming;
    this.#own.forget();
    this.#take(description);
    this.network.connected();
    if (moving) this.store.goOn(history, historyFrom);
    else this.store.begin(history, historyFrom);
    this.#askedFor = undefined;
  }

  /** The view shows the music from `time` on: requests missing pages one by one. */
  lookAt(time: Seconds): void {
    const { since } = this.store;
    const now = this.now();
    if (!this.connected || since === undefined || time > since) return;
    // A page that does not arrive is requested again, but not in each frame.
    if (this.#askedFor?.before === since && now < this.#askedFor.at + ASK_AGAIN) return;
    this.#askedFor = { before: since, at: now };
    this.send({ type: 'earlier', before: since });
  }

  #take(description: SessionDescription): void {
    this.description = description;
    this.undoable = description.undoable ?? NOTHING_UNDOABLE;
    this.#told = { ...description.values };
    this.values = { ...this.#told };
    this.notation = description.notation ?? '';
    this.network.membersAre(description.members?.map(({ id }) => id));
  }

  #fold(event: SessionEvent): void {
    this.#own.echoed(event);
    this.store.fold(event);
    this.sounds.fold(event, this.now());
    switch (event.type) {
      case 'phase':
        this.#describeMember(event.member, { phase: event.phase });
        if (event.member !== undefined) break;
        this.phase = event;
        if (this.running) this.#describe({ firstNoteStarts: false });
        break;
      case 'mode':
        this.#describeMember(event.member, { mode: event.mode });
        if (event.member === undefined) this.#describe({ mode: event.mode });
        break;
      case 'param':
        this.#describeMember(event.member, ({ values }) => ({
          values: { ...values, [event.id]: event.value },
        }));
        if (event.member !== undefined) break;
        this.#told[event.id] = event.value;
        this.values = { ...this.values, [event.id]: event.value };
        break;
      case 'mute':
        this.#describeMember(event.member, { muted: event.muted });
        if (event.member === undefined) this.#muted(event.muted);
        break;
      case 'health':
        this.health = event;
        break;
      case 'notation':
        this.#describeMember(event.member, { notation: event.abc });
        if (event.member === undefined) this.notation = event.abc;
        break;
      case 'takenBack':
      case 'restored':
        if (event.member === this.network.member) this.network.takeBack(event.time);
        break;
      case 'recording':
        this.#recording(event.failure);
        break;
      case 'trouble':
        this.trouble = event;
        break;
      // Pure music: it is only drawn and heard.
      case 'noteOn':
      case 'noteOff':
      case 'pedal':
      case 'click':
      case 'discard':
      case 'allOff':
      case 'kept':
        break;
      default:
        exhausted(event);
    }
  }

  /** A recording failure is announced once, and stays in the bar until it is over. */
  #recording(failure: string | null): void {
    if (failure !== null) this.trouble = { code: 'FILE_WRITE', message: failure };
    if (this.description === undefined) return;
    const { notRecording: _, ...description } = this.description;
    this.description = failure === null ? description : { ...description, notRecording: failure };
  }

  #muted(muted: boolean): void {
    if (this.description === undefined) return;
    const { muted: _, ...description } = this.description;
    this.description = muted ? { ...description, muted } : description;
  }

  /** Takes in what is new of a member of the band (undefined: the first). */
  #describeMember(
    id: string | undefined,
    change: Partial<MemberDescription> | ((before: MemberDescription) => Partial<MemberDescription>),
  ): void {
    const members = this.description?.members?.map((member, index) => {
      if (id === undefined ? index > 0 : member.id !== id) return member;
      return { ...member, ...(typeof change === 'function' ? change(member) : change) };
    });
    if (members !== undefined) this.#describe({ members });
  }

  #describe(change: Partial<SessionDescription>): void {
    if (this.description !== undefined) this.description = { ...this.description, ...change };
  }
}
