import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { Mode } from './commands.js';
import type { SessionEvent, SessionPhase } from './events.js';
import { ExchangeHistory } from './exchange-history.js';
import type { ModelVoice, Span } from './model-voice.js';
import { closeAfterSeconds, type SessionParams } from './params.js';
import { PhraseTracker } from './phrase.js';

/** An answer is at least this long, so that one note gets more than one note back, and at most that long. */
const SHORTEST_REPLY: Seconds = 2;
const LONGEST_REPLY: Seconds = 30;
/** So long before the model takes over, its first notes are worked out: late, since any further note of the player's makes them void. */
const REHEARSAL_LEAD: Seconds = 0.05;
/** In a duet the model rests when the player has been silent for so long. */
const DUET_REST: Seconds = 8;
/** Alone, the model goes on after so long where it was silenced or taken back: nobody else would set it going. */
const SOLO_PAUSE: Seconds = 2;

/** What holds of a session, and did not of earlier ones. */
interface TurnRules {
  /** Whether the model, alone, goes on by itself. */
  readonly resumesSolo: boolean;
  /** Whether it comes to a close by itself where the player stays silent. */
  readonly closesByItself: boolean;
}

/** Whose turn it is, what gives it to the other, and what can be taken back of it. */
export class Turns {
  readonly #tracker = new PhraseTracker();
  readonly #history = new ExchangeHistory();
  #phase: SessionPhase = 'stopped';
  #announced = '';
  /** The hand-over that the model is prepared for. */
  #rehearsedFor: Seconds | null = null;
  #mode: Mode;
  /** The model begins no turn. */
  #held = false;
  /** When the model goes on by itself, while it draws breath. */
  #soloResumesAt: Seconds | null = null;

  constructor(
    private readonly voice: ModelVoice,
    /** The session's, as they hold at each moment. */
    private readonly params: Readonly<SessionParams>,
    mode: Mode,
    private readonly emit: (event: SessionEvent) => void,
    /** A turn begins: the model's, or a phrase of the player's. */
    private readonly onTurnBegin: (time: Seconds) => void,
    private readonly rules: TurnRules,
  ) {
    this.#mode = mode;
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  get mode(): Mode {
    return this.#mode;
  }

  // ---------------------------------------------------------------- the clock

  /** Decides what the model plays until `time`; a turn whose end is decided ends by itself when its time comes. */
  decide(time: Seconds): void {
    if (!this.voice.playing || this.voice.plan(time)) return;
    this.#end(time);
    const message =
      'The network lets no time pass: its turn was ended. Reset the session, or lower the temperature.';
    this.emit({ type: 'trouble', time, code: 'SAMPLER_NO_TOKEN', message });
  }

  /** When the turn changes hands by itself, as it looks at `now`; null where it does not. */
  decideHandOver(now: Seconds): Seconds | null {
    if (this.#phase === 'listening') return this.#tracker.endsAt(this.params.patience);
    if (this.#phase === 'playing' && this.voice.doneAt === null) this.decide(now);
    if (this.#phase === 'playing') return this.voice.doneAt;
    if (this.#phase === 'together') return this.#tracker.lastEvent + DUET_REST;
    return this.#phase === 'waiting' ? this.#soloResumesAt : null;
  }

  /** When {@link rehearse} wants to be called: a little before the model takes over; null where it does not, or is prepared. */
  get rehearsesAt(): Seconds | null {
    if (this.#phase !== 'listening' || this.#mode === 'listen' || this.#held) return null;
    const ends = this.#tracker.endsAt(this.params.patience);
    return ends === null || ends === this.#rehearsedFor ? null : ends - REHEARSAL_LEAD;
  }

  /** Works out a portion of how the model's turn will begin, where it is about to take over. */
  rehearse(now: Seconds, portion: number): void {
    const from = this.rehearsesAt;
    if (from === null || now < from) return;
    const time = this.#tracker.endsAt(this.params.patience)!;
    const span = this.#spanOf(time, this.#replyLength(time));
    if (!this.voice.rehearse(time, span, portion)) this.#rehearsedFor = time;
  }

  /** The turn changes hands. */
  handOver(time: Seconds): void {
    if (this.#phase === 'listening') this.#phraseEnded(time);
    else if (this.#phase === 'waiting') this.beginSolo(time);
    else this.#end(time);
  }

  #phraseEnded(time: Seconds): void {
    const length = this.#replyLength(time);
    this.#tracker.end();
    if (this.#mode === 'listen' || this.#mode === 'solo' || this.#held) this.#phase = 'waiting';
    else this.#begin(time, length);
  }

  /** How long the model would answer the phrase that ends at `time`; null: until somebody stops it. */
  #replyLength(time: Seconds): Seconds | null {
    if (this.#mode !== 'answer') return null;
    const length = this.#tracker.lastEvent - (this.#tracker.began ?? time);
    return Math.min(LONGEST_REPLY, Math.max(SHORTEST_REPLY, length * this.params.replyLength));
  }

  /** How long a turn lasts that begins at `time`, and is to be of that length; null: until somebody stops it, or it closes. */
  #spanOf(time: Seconds, length: Seconds | null): Span {
    const after = closeAfterSeconds(this.params.closeAfter);
    const closes = this.#mode === 'continue' && this.rules.closesByItself && after !== null;
    const kind = this.#mode === 'duet' ? 'along' : this.#mode === 'solo' ? 'alone' : 'answer';
    return { kind, endsAt: length === null ? null : time + length, closesAt: closes ? time + after : null };
  }

  /** The turn that is under way closes as the parameters say from now on. */
  updateClose(time: Seconds): void {
    this.#rehearsedFor = null;
    if (this.#phase !== 'playing' || this.#mode !== 'continue' || !this.rules.closesByItself) return;
    const { time: began } = this.#history.reply!;
    this.voice.closeFrom(this.#spanOf(began, null).closesAt, time);
  }

  #begin(time: Seconds, length: Seconds | null): void {
    this.voice.begin(time, this.#spanOf(time, length));
    // The stream moves in whole steps, so the reply's first note may come a little before `time`.
    const from = Math.min(time, this.voice.head);
    this.#history.reply = { mark: this.voice.mark(), time: from, length };
    this.#phase = this.#mode === 'duet' ? 'together' : 'playing';
    this.#soloResumesAt = null;
    this.onTurnBegin(time);
  }

  #end(time: Seconds): void {
    if (this.voice.playing) this.voice.end(time);
    this.#phase = 'waiting';
  }

  /** Nobody plays. It is the player's turn; alone, the model goes on after a breath. */
  #waitForPlayer(time: Seconds): void {
    if (this.#phase === 'stopped') return;
    this.#phase = 'waiting';
    this.#soloResumesAt =
      this.#mode === 'solo' && this.rules.resumesSolo && !this.#held ? time + SOLO_PAUSE : null;
  }

  /** When the model will begin if the player stays silent; null where it will not. */
  get #takesOverAt(): Seconds | null {
    if (this.#phase === 'waiting') return this.#soloResumesAt;
    return this.#phase === 'listening' && this.#mode !== 'listen' && !this.#held
      ? this.#tracker.endsAt(this.params.patience)
      : null;
  }

  /** Says the phase where it, or the time of the hand-over, has changed. */
  announce(time: Seconds): void {
    const ends = this.#takesOverAt;
    const state = `${this.#phase} ${ends} ${this.#held}`;
    if (state === this.#announced) return;
    this.#announced = state;
    this.emit({
      ...{ type: 'phase', time, phase: this.#phase },
      ...(ends !== null && { takeOverAt: ends }),
      ...(this.#held && { held: true }),
    });
  }

  // ---------------------------------------------------------------- the player

  /** The player did something, at the time that it carries. */
  input(event: PerformanceEvent): void {
    if (this.#phase === 'stopped' || this.#mode === 'solo') this.#trackOnly(event);
    else this.#play(event);
  }

  /** The network does not hear this, but which keys are down must be known when it listens again. */
  #trackOnly(event: PerformanceEvent): void {
    this.#tracker.add(event);
    this.#tracker.end();
  }

  #play(event: PerformanceEvent): void {
    const strikes = event.type === 'noteOn';
    if (strikes && this.#phase === 'playing') this.#end(event.time); // the player barges in
    if (strikes && this.#phase === 'waiting') this.#history.begin(this.voice.mark(), event.time);
    this.#tracker.add(event);
    this.#rehearsedFor = null;
    if (this.voice.playing) this.voice.feedDuringTurn(event);
    else this.voice.feed(event);
    if (!strikes || this.#phase !== 'waiting') return;
    if (this.#mode === 'duet' && !this.#held) {
      this.#begin(event.time, null);
      return;
    }
    this.#phase = 'listening';
    this.onTurnBegin(event.time);
  }

  // ---------------------------------------------------------------- the user

  /** Alone and silent, the model begins at once. */
  start(time: Seconds): void {
    if (this.#phase === 'stopped') {
      this.#phase = 'waiting';
      this.voice.releaseUnheld(time, this.#tracker);
    } else if (!this.rules.resumesSolo) return;
    if (this.#phase === 'waiting') this.beginSolo(time);
  }

  stop(time: Seconds): void {
    this.interrupt(time);
    this.#phase = 'stopped';
    this.#soloResumesAt = null;
  }

  /** Another mode holds from now on; a turn under way ends. */
  setMode(mode: Mode, time: Seconds): void {
    this.#mode = mode;
    this.emit({ type: 'mode', time, mode });
    if (this.voice.playing) this.#end(time);
    this.#soloResumesAt = null;
    this.voice.releaseUnheld(time, this.#tracker);
    this.beginSolo(time);
  }

  get held(): boolean {
    return this.#held;
  }

  /** Held, the model ends its turn and begins no other, whatever the player does; let go, it goes on as its mode says. */
  hold(held: boolean, time: Seconds): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#rehearsedFor = null;
    if (held) this.interrupt(time);
    else if (this.#phase === 'waiting') this.#waitForPlayer(time);
  }

  /** No turn is under way any more. */
  interrupt(time: Seconds): void {
    if (this.voice.playing) this.voice.end(time);
    this.#tracker.end();
    this.#waitForPlayer(time);
  }

  /** A zero state and a new stream. Only while no turn is under way. */
  reset(time: Seconds): void {
    this.#history.clear();
    this.voice.reset(time);
  }

  /** In solo the model does not wait for anybody. */
  beginSolo(time: Seconds): void {
    if (this.#mode !== 'solo' || this.#phase === 'stopped' || this.#held) return;
    this.#tracker.end();
    this.#history.begin(this.voice.mark(), time);
    this.#begin(time, null);
  }

  takeBack(time: Seconds): void {
    const exchange = this.#history.takeBack();
    if (!exchange) return;
    if (this.voice.playing) this.voice.end(time);
    this.voice.restore(exchange.mark, time, this.#tracker);
    this.#tracker.end();
    this.#waitForPlayer(time);
    this.emit({ type: 'takenBack', time: exchange.time });
  }

  again(time: Seconds): void {
    const { reply } = this.#history;
    if (!reply || this.#phase === 'stopped' || this.#held) return;
    if (this.voice.playing) this.voice.end(time);
    this.voice.restore(reply.mark, time, this.#tracker);
    this.#tracker.end();
    this.emit({ type: 'takenBack', time: reply.time });
    this.#begin(time, reply.length);
  }
}
