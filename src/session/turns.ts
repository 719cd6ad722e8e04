import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { Mode } from './commands.js';
import type { SessionEvent, SessionPhase } from './events.js';
import { ExchangeHistory } from './exchange-history.js';
import { type HeardNote, HeardNotes } from './heard-notes.js';
import type { KeptMoment } from './kept-moment.js';
import type { Span } from './model-turn.js';
import type { HeldInput, ModelVoice } from './model-voice.js';
import type { Mark } from './moments.js';
import { closeAfterSeconds, type SessionParams } from './params.js';
import { PhraseTracker } from './phrase.js';
import type { MarkState, TurnState } from './turn-state.js';

/** Bounds of an answer's length: one note gets more than one note back. */
const SHORTEST_REPLY: Seconds = 2;
const LONGEST_REPLY: Seconds = 30;
/** The model's first notes are rehearsed this long before it takes over: late, since any further note of the player voids them. */
const REHEARSAL_LEAD: Seconds = 0.05;
/** In a duet the model stops after this much silence of the player. */
const DUET_REST: Seconds = 8;
/** A chord that is held is no silence; a key that is stuck holds nobody for longer than this. */
const LONGEST_HELD: Seconds = 60;
/** In solo the model starts again this long after it was silenced or taken back, since nobody else would start it. */
const SOLO_PAUSE: Seconds = 2;

/** Rules that takes of earlier versions were played without. */
interface TurnRules {
  /** In solo, the model starts again by itself after it was silenced. */
  readonly resumesSolo: boolean;
  /** In the mode `continue`, the model looks for a cadence where the player stays silent. */
  readonly closesByItself: boolean;
  /** A duet goes on while a chord is held. */
  readonly holdsDuets: boolean;
}

/** What {@link Turns} works with. */
interface TurnParts {
  readonly voice: ModelVoice;
  /** The session's parameters, as they are at each moment. */
  readonly params: Readonly<SessionParams>;
  readonly emit: (event: SessionEvent) => void;
  /** Called when a turn of the model or a phrase of the player begins. */
  readonly onTurnBegin: (time: Seconds) => void;
  readonly rules: TurnRules;
}

/** The part of a session's state that is about turns. */
type SavedTurns = Pick<
  TurnState,
  'mode' | 'phase' | 'held' | 'muted' | 'soloResumesAt' | 'announced' | 'phrase' | 'heard' | 'history'
>;

/** The turn-taking of a session: whose turn it is, when it changes hands, and which exchanges can be taken back. */
export class Turns {
  readonly #tracker = new PhraseTracker();
  readonly #history = new ExchangeHistory();
  /** What the other members of a band hold. */
  readonly #heard = new HeardNotes();
  /** Notes that sound of members whom one plays along with. */
  readonly #led = new Set<string>();
  /** When such a member last began or ended a note. */
  #lastHeard: Seconds = Number.NEGATIVE_INFINITY;
  #phase: SessionPhase = 'stopped';
  #announced = '';
  /** The hand-over that the rehearsal is complete for. */
  #rehearsedFor: Seconds | null = null;
  #mode: Mode;
  /** The session is on hold: the model begins no turn. */
  #held = false;
  /** The user muted the model: likewise. */
  #muted = false;
  /** When the model starts again by itself in solo; null where it does not. */
  #soloResumesAt: Seconds | null = null;

  constructor(
    private readonly parts: TurnParts,
    mode: Mode,
  ) {
    this.#mode = mode;
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  get mode(): Mode {
    return this.#mode;
  }

  /** How things stand, for another session to go on with. `told`: gives a mark as data. */
  save(told: (mark: Mark) => MarkState | null): SavedTurns {
    const last = Number.isFinite(this.#lastHeard) ? this.#lastHeard : null;
    return {
      ...{ mode: this.#mode, phase: this.#phase, held: this.#held, muted: this.#muted },
      ...{ soloResumesAt: this.#soloResumesAt, announced: this.#announced },
      phrase: this.#tracker.save(),
      heard: { holders: this.#heard.save(), led: [...this.#led], last },
      history: this.#history.save(told),
    };
  }

  load(saved: SavedTurns): void {
    this.#mode = saved.mode;
    this.#phase = saved.phase;
    this.#held = saved.held;
    this.#muted = saved.muted;
    this.#soloResumesAt = saved.soloResumesAt;
    this.#announced = saved.announced;
    this.#tracker.load(saved.phrase);
    this.#heard.load(saved.heard.holders);
    for (const note of saved.heard.led) this.#led.add(note);
    this.#lastHeard = saved.heard.last ?? Number.NEGATIVE_INFINITY;
    this.#history.load(saved.history, (mark) => this.parts.voice.markOf(mark));
  }

  // ---------------------------------------------------------------- the clock

  /** Samples what the model plays until `time`. Ends a turn whose network produces no time-advancing token (SAMPLER_NO_TOKEN). */
  decide(time: Seconds): void {
    if (!this.parts.voice.playing || this.parts.voice.plan(time)) return;
    this.#end(time);
    const message =
      'The network produced no time-advancing token, so its turn was ended. Reset the session, or lower the temperature.';
    this.parts.emit({ type: 'trouble', time, code: 'SAMPLER_NO_TOKEN', message });
  }

  /**
   * Returns when the turn changes hands by itself, as far as is known at `now`; null where it does not. It may sample: while
   * the model plays, the end of its turn is known only once the plan has reached it.
   */
  decideHandOver(now: Seconds): Seconds | null {
    if (this.#phase === 'listening') return this.#tracker.endsAt(this.parts.params.patience);
    if (this.#phase === 'playing' && this.parts.voice.doneAt === null) this.decide(now);
    if (this.#phase === 'playing') return this.parts.voice.doneAt;
    if (this.#phase === 'together') return this.#restsAt;
    return this.#phase === 'waiting' ? this.#soloResumesAt : null;
  }

  /** When a duet rests, unless somebody plays on. */
  get #restsAt(): Seconds {
    const holds = this.parts.rules.holdsDuets && (this.#tracker.held.size > 0 || this.#led.size > 0);
    return Math.max(this.#tracker.lastEvent, this.#lastHeard) + (holds ? LONGEST_HELD : DUET_REST);
  }

  /** When to call {@link rehearse}: a little before the model takes over; null where it does not, or the rehearsal is complete. */
  get rehearsesAt(): Seconds | null {
    if (this.#phase !== 'listening' || this.#mode === 'listen' || this.#silent) return null;
    const ends = this.#tracker.endsAt(this.parts.params.patience);
    return ends === null || ends === this.#rehearsedFor ? null : ends - REHEARSAL_LEAD;
  }

  /** Samples up to `portion` tokens of the model's turn, if it is about to take over. */
  rehearse(now: Seconds, portion: number): void {
    const from = this.rehearsesAt;
    if (from === null || now < from) return;
    const time = this.#tracker.endsAt(this.parts.params.patience)!;
    const span = this.#spanOf(time, this.#replyLength(time));
    if (!this.parts.voice.rehearse(time, span, portion)) this.#rehearsedFor = time;
  }

  /** The turn changes hands at `time`, which {@link decideHandOver} gave. */
  handOver(time: Seconds): void {
    if (this.#phase === 'listening') this.#phraseEnded(time);
    else if (this.#phase === 'waiting') this.beginSolo(time);
    else this.#end(time);
  }

  #phraseEnded(time: Seconds): void {
    const length = this.#replyLength(time);
    this.#tracker.end();
    if (this.#mode === 'listen' || this.#mode === 'solo' || this.#silent) this.#phase = 'waiting';
    else this.#begin(time, length);
  }

  /** Length of the answer to the phrase that ends at `time`; null: it lasts until somebody stops it. */
  #replyLength(time: Seconds): Seconds | null {
    if (this.#mode !== 'answer') return null;
    const length = this.#tracker.lastEvent - (this.#tracker.began ?? time);
    return Math.min(LONGEST_REPLY, Math.max(SHORTEST_REPLY, length * this.parts.params.replyLength));
  }

  /** The span of a turn of `length` that begins at `time`; null: it lasts until somebody stops it, or until its cadence. */
  #spanOf(time: Seconds, length: Seconds | null): Span {
    const after = closeAfterSeconds(this.parts.params.closeAfter);
    const closes = this.#mode === 'continue' && this.parts.rules.closesByItself && after !== null;
    const kind = this.#mode === 'duet' ? 'along' : this.#mode === 'solo' ? 'alone' : 'answer';
    return { kind, endsAt: length === null ? null : time + length, closesAt: closes ? time + after : null };
  }

  /** The parameter `closeAfter` has changed: it holds for the current turn too. */
  updateClose(time: Seconds): void {
    this.#rehearsedFor = null;
    if (this.#phase !== 'playing' || this.#mode !== 'continue' || !this.parts.rules.closesByItself) return;
    const { time: began } = this.#history.reply!;
    this.parts.voice.closeFrom(this.#spanOf(began, null).closesAt, time);
  }

  #begin(time: Seconds, length: Seconds | null): void {
    this.parts.voice.begin(time, this.#spanOf(time, length));
    // The stream moves in whole steps, so the reply's first note may come a little before `time`.
    const from = Math.min(time, this.parts.voice.head);
    this.#history.reply = { mark: this.parts.voice.mark(), time: from, length };
    this.#phase = this.#mode === 'duet' ? 'together' : 'playing';
    this.#soloResumesAt = null;
    this.parts.onTurnBegin(time);
  }

  #end(time: Seconds): void {
    if (this.parts.voice.playing) this.parts.voice.end(time);
    this.#phase = 'waiting';
  }

  /** Nobody plays: it is the player's turn. In solo the model starts again after a pause. */
  #waitForPlayer(time: Seconds): void {
    if (this.#phase === 'stopped') return;
    this.#phase = 'waiting';
    this.#soloResumesAt =
      this.#mode === 'solo' && this.parts.rules.resumesSolo && !this.#silent ? time + SOLO_PAUSE : null;
  }

  /** When the model's turn begins if the player stays silent; null where it does not. */
  get #takesOverAt(): Seconds | null {
    if (this.#phase === 'waiting') return this.#soloResumesAt;
    return this.#phase === 'listening' && this.#mode !== 'listen' && !this.#silent
      ? this.#tracker.endsAt(this.parts.params.patience)
      : null;
  }

  /** Emits the phase if it, or the time of the hand-over, has changed. */
  announce(time: Seconds): void {
    const ends = this.#takesOverAt;
    const state = `${this.#phase} ${ends} ${this.#held}`;
    if (state === this.#announced) return;
    this.#announced = state;
    this.parts.emit({
      ...{ type: 'phase', time, phase: this.#phase },
      ...(ends !== null && { takeOverAt: ends }),
      ...(this.#held && { held: true }),
    });
  }

  // ---------------------------------------------------------------- the player

  /** Takes an event of the player, at the time that it carries. */
  input(event: PerformanceEvent): void {
    if (this.#phase === 'stopped' || this.#mode === 'solo') this.#trackOnly(event);
    else this.#play(event);
  }

  /** The network is not fed this event, but which keys are down must be known when it listens again. */
  #trackOnly(event: PerformanceEvent): void {
    this.#tracker.add(event);
    this.#tracker.end();
  }

  #play(event: PerformanceEvent): void {
    const strikes = event.type === 'noteOn';
    if (strikes && this.#phase === 'playing') this.#end(event.time); // the player barges in
    if (strikes && this.#phase === 'waiting') this.#history.begin(this.parts.voice.mark(), event.time);
    this.#tracker.add(event);
    this.#rehearsedFor = null;
    this.parts.voice.learn(event);
    // What another member still holds sounds on when the player releases it.
    const released = event.type !== 'noteOff' || !this.#heard.holds(event.pitch);
    if (released) this.#feed([event], event.time);
    if (!strikes || this.#phase !== 'waiting') return;
    if (this.#mode === 'duet' && !this.#silent) {
      this.#begin(event.time, null);
      return;
    }
    this.#phase = 'listening';
    this.parts.onTurnBegin(event.time);
  }

  #feed(events: readonly PerformanceEvent[], time: Seconds): void {
    if (this.parts.voice.playing) this.parts.voice.feedDuringTurn(events, time);
    else for (const event of events) this.parts.voice.feed(event);
  }

  // ---------------------------------------------------------------- the other members of a band

  /**
   * Hears what other members of a band play at `time`, also in solo, where the player is not heard. They take no turns with the model: it
   * answers the player alone. In a duet it plays along with a member that `leads`, too.
   */
  hear(notes: readonly HeardNote[], time: Seconds): void {
    const { voice } = this.parts;
    const listens = this.#phase !== 'stopped';
    const events: PerformanceEvent[] = [];
    for (const note of notes) {
      if (this.#follows(note)) this.#lastHeard = time;
      const event = this.#heard.take(note, (pitch) => voice.sounds(pitch) || this.#tracker.held.has(pitch));
      if (event !== null && listens) events.push({ ...event, time });
    }
    const led = listens && notes.some(({ event, leads }) => leads && event.type === 'noteOn');
    const joins = led && this.#mode === 'duet' && this.#phase === 'waiting' && !this.#silent;
    if (joins) this.#history.begin(voice.mark(), time);
    if (events.length > 0) {
      this.#rehearsedFor = null;
      this.#feed(events, time);
    }
    if (joins) this.#begin(time, null);
  }

  /** Whether a note is of one whom one plays along with: it begins one, or ends one that it began. */
  #follows({ event, from, leads }: HeardNote): boolean {
    const note = `${from} ${event.pitch}`;
    if (event.type === 'noteOff') return this.#led.delete(note);
    if (leads) this.#led.add(note);
    return leads;
  }

  /** The keys and the pedal that the player holds. */
  get playerHolds(): HeldInput {
    const { held, pedal } = this.#tracker;
    return { held: new Set(held), pedal };
  }

  /** The keys and the pedal that anybody holds whom the model hears. */
  get #holding(): HeldInput {
    const { held, pedal } = this.#tracker;
    return { held: this.#heard.size === 0 ? held : new Set([...held, ...this.#heard.pitches]), pedal };
  }

  // ---------------------------------------------------------------- the user

  /** Starts the session. In solo the model begins at once, also where the session runs already and nobody plays. */
  start(time: Seconds): void {
    if (this.#phase === 'stopped') {
      this.#phase = 'waiting';
      this.parts.voice.releaseUnheld(time, this.#holding);
    } else if (!this.parts.rules.resumesSolo) return;
    if (this.#phase === 'waiting') this.beginSolo(time);
  }

  stop(time: Seconds): void {
    this.interrupt(time);
    this.#phase = 'stopped';
    this.#soloResumesAt = null;
  }

  /** Changes the mode; the current turn ends. */
  setMode(mode: Mode, time: Seconds): void {
    this.#mode = mode;
    this.parts.emit({ type: 'mode', time, mode });
    if (this.parts.voice.playing) this.#end(time);
    this.#soloResumesAt = null;
    this.parts.voice.releaseUnheld(time, this.#holding);
    this.beginSolo(time);
  }

  get held(): boolean {
    return this.#held;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** Whether the model may not begin a turn. */
  get #silent(): boolean {
    return this.#held || this.#muted;
  }

  /** Puts the session on hold: the model ends its turn and begins no other until the hold ends. */
  hold(held: boolean, time: Seconds): void {
    if (held === this.#held) return;
    const before = this.#silent;
    this.#held = held;
    this.#silenced(before, time);
  }

  /** Mutes the model: it ends its turn, listens on, and begins no other until it is unmuted. */
  mute(muted: boolean, time: Seconds): void {
    if (muted === this.#muted) return;
    const before = this.#silent;
    this.#muted = muted;
    this.#silenced(before, time);
  }

  #silenced(before: boolean, time: Seconds): void {
    if (this.#silent === before) return;
    this.#rehearsedFor = null;
    if (!before) this.interrupt(time);
    else if (this.#phase === 'waiting') this.#waitForPlayer(time);
  }

  /** Ends the model's turn or the player's phrase. */
  interrupt(time: Seconds): void {
    if (this.parts.voice.playing) this.parts.voice.end(time);
    this.#tracker.end();
    this.#waitForPlayer(time);
  }

  /** Starts again with a zero state and a new stream; nothing can be taken back any more. Only while no turn is under way. */
  reset(time: Seconds): void {
    this.#history.clear();
    this.parts.voice.reset(time);
  }

  /** Goes on from a kept moment. Nothing that came before can be taken back any more. Only while no turn is under way. */
  recall(moment: KeptMoment, time: Seconds): void {
    this.#history.clear();
    this.parts.voice.recall(moment, time, this.#holding);
  }

  /** In solo, begins a turn of the model at once. */
  beginSolo(time: Seconds): void {
    if (this.#mode !== 'solo' || this.#phase === 'stopped' || this.#silent) return;
    this.#tracker.end();
    this.#history.begin(this.parts.voice.mark(), time);
    this.#begin(time, null);
  }

  takeBack(time: Seconds): void {
    const exchange = this.#history.takeBack();
    if (!exchange) return;
    if (this.parts.voice.playing) this.parts.voice.end(time);
    this.parts.voice.restore(exchange.mark, time, this.#holding);
    this.#tracker.end();
    this.#waitForPlayer(time);
    this.parts.emit({ type: 'takenBack', time: exchange.time });
  }

  again(time: Seconds): void {
    const { reply } = this.#history;
    if (!reply?.mark || this.#phase === 'stopped' || this.#silent) return;
    if (this.parts.voice.playing) this.parts.voice.end(time);
    this.parts.voice.restore(reply.mark, time, this.#holding);
    this.#tracker.end();
    this.parts.emit({ type: 'takenBack', time: reply.time });
    this.#begin(time, reply.length);
  }
}
