import { exhausted } from '../../../src/exhausted.js';
import type { Pitch, Seconds, Velocity } from '../../../src/music/units.js';
import type { PlayerEvent } from '../../../src/protocol/session-protocol.js';
import { isCutBy, ofModel } from '../../../src/session/concerns.js';
import type { SessionEvent } from '../../../src/session/events.js';
import type { Voice } from '../roll/note-store.js';
import type { PlayedBy, Timbre } from './timbre.js';

/** A note of an instrument. Times are session times. */
export interface HeardNote {
  release(at: Seconds): void;
  /** Cancels a release that has not come yet. */
  hold(): void;
  /** Ends it at once; if it has not begun, it is never heard. */
  cancel(): void;
}

/** A note as an instrument plays it. */
export interface SoundNote {
  readonly voice: Voice;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
  /** Default: a piano. */
  readonly timbre?: Timbre;
}

/** An instrument. A time in the past means at once. */
export interface Instrument {
  noteOn(note: SoundNote, at: Seconds): HeardNote;
  silence(): void;
}

/** The instrument of a session: its music and its metronome. */
export interface SessionInstrument extends Instrument {
  click(accent: boolean, at: Seconds): Pick<HeardNote, 'cancel'>;
}

interface Held {
  readonly voice: Voice;
  readonly member?: string | undefined;
  readonly start: Seconds;
  readonly note: HeardNote;
  end: Seconds | undefined;
}

/** A model's note that arrives later than this is drawn, but not played. */
const TOO_LATE: Seconds = 0.3;

/**
 * Decides what sounds here. Notes played at this panel sound at once, and their echo from the host is ignored. The model's notes
 * sound at their time, unless they are discarded.
 */
export class Sounds {
  /** Notes of the session by id. */
  readonly #session = new Map<number, Held>();
  /** Notes played here, by pitch. */
  readonly #here = new Map<Pitch, HeardNote>();
  /** Notes played here whose echo is pending. */
  #echoes: { readonly pitch: Pitch; readonly velocity: Velocity; readonly time: Seconds }[] = [];
  /** Released notes that the pedal sustains. */
  readonly #sustained: Record<Voice, HeardNote[]> = { player: [], model: [] };
  /** Metronome clicks that are planned or recent. */
  #clicks: Pick<HeardNote, 'cancel'>[] = [];
  readonly #pedalDown: Record<Voice, boolean> = { player: false, model: false };
  /** Whether a MIDI keyboard at the host is heard here too. */
  hearKeyboard = false;

  constructor(
    readonly instrument: SessionInstrument,
    /** With which sound a note is heard. */
    private readonly timbreOf: (by: PlayedBy) => Timbre = () => 'piano',
  ) {}

  /** Plays an event of this panel now. */
  played(event: PlayerEvent, now: Seconds): void {
    switch (event.type) {
      case 'noteOn': {
        const { pitch, velocity } = event;
        this.#here.get(pitch)?.release(now);
        this.#here.set(pitch, this.instrument.noteOn({ voice: 'player', pitch, velocity }, now));
        this.#echoes = this.#echoes.filter((echo) => echo.time > now - 2);
        this.#echoes.push({ pitch, velocity, time: now });
        break;
      }
      case 'noteOff': {
        const note = this.#here.get(event.pitch);
        this.#here.delete(event.pitch);
        if (note !== undefined) this.#letGo('player', note, now);
        break;
      }
      case 'pedal':
        this.#pedal('player', event.down, now);
        break;
      default:
        exhausted(event);
    }
  }

  /** Takes in a session event. */
  fold(event: SessionEvent, now: Seconds): void {
    switch (event.type) {
      case 'noteOn': {
        const { id, voice, member, pitch, velocity, time } = event;
        if (voice === 'player' && (this.#isEcho(pitch, velocity) || !this.hearKeyboard)) break;
        if (time < now - TOO_LATE) break;
        const note = this.instrument.noteOn({ voice, pitch, velocity, timbre: this.timbreOf(event) }, time);
        this.#session.set(id, { voice, member, start: time, note, end: undefined });
        this.#forget(now);
        break;
      }
      case 'noteOff': {
        const held = this.#session.get(event.id);
        if (held === undefined || held.end !== undefined) break;
        held.end = event.time;
        this.#letGo(held.voice, held.note, Math.max(held.start, event.time));
        break;
      }
      case 'pedal':
        // This panel's pedal is heard when it is pressed; the host's only together with its keyboard.
        if (event.voice === 'model' || this.hearKeyboard) this.#pedal(event.voice, event.down, event.time);
        break;
      case 'discard':
        this.#discard(event);
        break;
      case 'takenBack':
      case 'restored':
        this.#cut(event, now);
        break;
      case 'click':
        if (event.time >= now - TOO_LATE) this.#click(event.accent, event.time);
        break;
      case 'phase':
        if (event.phase === 'stopped' && event.member === undefined) this.#noClicks();
        break;
      case 'allOff':
        if (event.member === undefined) this.silence();
        else this.#cut(event, now);
        break;
      // These make no sound.
      case 'kept':
      case 'notation':
      case 'mode':
      case 'mute':
      case 'param':
      case 'health':
      case 'recording':
      case 'trouble':
        break;
      default:
        exhausted(event);
    }
  }

  #click(accent: boolean, at: Seconds): void {
    this.#clicks.push(this.instrument.click(accent, at));
    // Earlier clicks are over: at most one is announced ahead.
    this.#clicks = this.#clicks.slice(-2);
  }

  #noClicks(): void {
    for (const click of this.#clicks) click.cancel();
    this.#clicks = [];
  }

  /** Silences everything and cancels what is planned. */
  silence(): void {
    this.instrument.silence();
    this.#session.clear();
    this.#here.clear();
    this.#echoes = [];
    this.#clicks = [];
    for (const voice of ['player', 'model'] as const) {
      this.#sustained[voice] = [];
      this.#pedalDown[voice] = false;
    }
  }

  #isEcho(pitch: Pitch, velocity: Velocity): boolean {
    const index = this.#echoes.findIndex((echo) => echo.pitch === pitch && echo.velocity === velocity);
    if (index >= 0) this.#echoes.splice(index, 1);
    return index >= 0;
  }

  #letGo(voice: Voice, note: HeardNote, at: Seconds): void {
    if (this.#pedalDown[voice]) this.#sustained[voice].push(note);
    else note.release(at);
  }

  #pedal(voice: Voice, down: boolean, at: Seconds): void {
    this.#pedalDown[voice] = down;
    if (down) return;
    for (const note of this.#sustained[voice]) note.release(at);
    this.#sustained[voice] = [];
  }

  /** Discards a model's plan: later notes do not sound, and sounding ones have no end yet. */
  #discard(event: Extract<SessionEvent, { type: 'discard' }>): void {
    const { time } = event;
    for (const [id, held] of this.#session) {
      if (!ofModel(held, event)) continue;
      if (held.start > time) {
        held.note.cancel();
        this.#session.delete(id);
      } else if (held.end !== undefined && held.end > time) {
        held.end = undefined;
        held.note.hold();
      }
    }
  }

  /** The music since the event's time was taken back, or a member was silenced: ends what still sounds of it. */
  #cut(event: Extract<SessionEvent, { type: 'takenBack' | 'restored' | 'allOff' }>, now: Seconds): void {
    const { time, member } = event;
    for (const [id, held] of this.#session) {
      if (!isCutBy(held, event)) continue;
      if (held.end !== undefined && held.end <= Math.min(time, now)) continue;
      if (held.start > now) held.note.cancel();
      else held.note.release(now);
      this.#session.delete(id);
    }
    if (member === undefined) this.#pedal('model', false, now);
  }

  /** Forgets notes that ended a while ago. */
  #forget(now: Seconds): void {
    for (const [id, held] of this.#session)
      if (held.end !== undefined && held.end < now - 5) this.#session.delete(id);
  }
}
