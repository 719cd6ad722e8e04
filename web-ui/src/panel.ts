import type { Seconds } from '../../src/music/units.js';
import type { ParamValue } from '../../src/plugin/params.js';
import type {
  ClientMessage,
  PlayerEvent,
  PortsDescription,
  ServerMessage,
  SessionDescription,
} from '../../src/server/protocol.js';
import type { Mode, SessionCommand } from '../../src/session/commands.js';
import type { SessionEvent } from '../../src/session/events.js';
import { NoteStore } from './note-store.js';
import type { Playback } from './playback.js';
import type { Sounds } from './sounds.js';
import type { Trouble } from './trouble-words.js';
import { TuneDesk } from './tune-desk.js';
import { Tunebook } from './tunebook.js';

type Phase = Extract<SessionEvent, { type: 'phase' }>;
export type Health = Extract<SessionEvent, { type: 'health' }>;

const MUSIC: ReadonlySet<SessionEvent['type']> = new Set(['noteOn', 'noteOff', 'pedal', 'click']);

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
  readonly tunes: TuneDesk;
  readonly store = new NoteStore();
  /** Values as the session said them last. */
  #told: Record<string, ParamValue> = {};
  readonly #watchers = new Set<() => void>();

  constructor(
    readonly sounds: Sounds,
    /** Plays the past again, here. */
    readonly playback: Playback,
    /** Session time, as this machine sees it. */
    readonly now: () => Seconds,
    readonly send: (message: ClientMessage) => boolean,
    book = new Tunebook(undefined),
  ) {
    this.tunes = new TuneDesk(send, () => this.changed(), book);
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

  /**
   * Where the now-line stands: the session's clock while the session runs, its last moment while it is stopped and
   * nobody plays, since nothing moves but the music.
   */
  viewTime(): Seconds {
    const now = this.now();
    if (this.running && this.connected) return now;
    return Math.min(now, Math.max(this.phase.time, this.store.lastEnd(now)));
  }

  lost(): void {
    this.connected = false;
    this.tunes.lost();
    this.playback.stop();
    this.sounds.silence();
    this.changed();
  }

  receive(message: Exclude<ServerMessage, { type: 'pong' }>): void {
    switch (message.type) {
      case 'welcome':
        this.#rebuild(message.description, message.history);
        break;
      case 'event':
        this.#fold(message.event);
        // Notes are drawn frame by frame; only the rest is laid out anew.
        if (MUSIC.has(message.event.type)) return;
        break;
      case 'ports':
        this.#ports(message.ports);
        break;
      case 'error':
        if (message.about === 'generateTune') {
          this.tunes.refused(message);
          return;
        }
        this.trouble = message;
        // A parameter that was refused goes back to what the session has.
        if (message.about === 'command') this.values = { ...this.#told };
        break;
      case 'tune':
      case 'tuneSoFar':
        this.tunes.receive(message);
        return;
    }
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
    this.send({ type: 'connect', which, port });
  }

  /** Choosing what is loaded already does nothing: it would only stop the session. */
  load(choice: { plugin?: string; model?: string }): void {
    const { plugin, model } = this.description ?? {};
    if ((choice.plugin ?? plugin?.id) === plugin?.id && (choice.model ?? model?.id) === model?.id) return;
    this.trouble = undefined;
    this.send({ type: 'load', ...choice });
  }

  /** Something was played here at session time `at`: heard at once, and told to the host. */
  play(event: PlayerEvent, at: Seconds): void {
    this.sounds.played(event, this.now());
    this.send({ type: 'play', event: { ...event, time: Math.max(0, at) } });
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

  #rebuild(description: SessionDescription, history: readonly SessionEvent[]): void {
    this.connected = true;
    this.description = description;
    this.#told = { ...description.values };
    this.values = { ...this.#told };
    this.phase = { type: 'phase', time: description.time, phase: description.phase };
    this.health = undefined;
    this.notation = description.notation ?? '';
    this.trouble = undefined;
    this.store.clear();
    for (const event of history) this.store.fold(event);
  }

  #fold(event: SessionEvent): void {
    this.store.fold(event);
    this.sounds.fold(event, this.now());
    switch (event.type) {
      case 'phase':
        this.phase = event;
        break;
      case 'mode':
        if (this.description !== undefined) this.description = { ...this.description, mode: event.mode };
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
      case 'trouble':
        this.trouble = event;
        break;
    }
  }

  #ports(ports: PortsDescription): void {
    if (this.description !== undefined) this.description = { ...this.description, ports };
  }
}
