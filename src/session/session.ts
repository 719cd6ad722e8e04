import { ContinuoError } from '../errors.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { checkParam, defaultValues, type ParamSpecs, type ParamValue } from '../plugin/params.js';
import { MODES, type Mode, type SessionCommand } from './commands.js';
import type { SessionPhase } from './events.js';
import { History } from './history.js';
import { NoteLedger, type Output } from './ledger.js';
import { ModelVoice, type VoiceParts } from './model-voice.js';
import { SESSION_PARAMS, type SessionParams } from './params.js';
import { PhraseTracker } from './phrase.js';

/** What a session is made of. Clock, output and log are handed in; it starts nothing by itself. */
export interface SessionParts extends Omit<VoiceParts, 'ledger'> {
  readonly pluginParams: ParamSpecs;
  readonly output: Output;
  readonly mode: Mode;
  readonly time: Seconds;
}

/** How far ahead of the clock the model's notes are decided. A duet is decided late, since it is decided anew so often. */
const LOOK_AHEAD: Record<Mode, Seconds> = { answer: 0.4, continue: 0.4, solo: 0.4, duet: 0.15, listen: 0 };
/** Tokens that are decided ahead between two looks at the clock. */
const PORTION = 8;
/** An answer is at least this long, so that one note gets more than one note back, and at most that long. */
const SHORTEST_REPLY: Seconds = 2;
const LONGEST_REPLY: Seconds = 30;
/** In a duet the model rests when the player has been silent for so long. */
const DUET_REST: Seconds = 8;

/**
 * One jam. It is driven by three calls, in order of time: `input` (the player), `command` (the user) and `advance` (the
 * clock). What follows depends on these times alone, not on when the calls were made, so a take can be replayed.
 */
export class Session {
  readonly #voice: ModelVoice;
  readonly #ledger: NoteLedger;
  readonly #tracker = new PhraseTracker();
  readonly #history = new History();
  readonly #values: Record<string, ParamValue>;
  /** Ids of the player's notes that are down. */
  readonly #playerNotes = new Map<number, number>();
  #phase: SessionPhase = 'stopped';
  #announced = '';
  #mode: Mode;
  #now: Seconds;
  #ids = 0;

  constructor(private readonly parts: SessionParts) {
    this.#mode = parts.mode;
    this.#now = parts.time;
    this.#values = { ...defaultValues(parts.pluginParams), ...defaultValues(SESSION_PARAMS) };
    this.#ledger = new NoteLedger(parts.output);
    this.#voice = new ModelVoice(
      { ...parts, ledger: this.#ledger },
      this.#values,
      () => this.#ids++,
      parts.time,
    );
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  get mode(): Mode {
    return this.#mode;
  }

  get values(): Readonly<Record<string, ParamValue>> {
    return this.#values;
  }

  /** The network's state now, a copy: (layer, h then c). */
  state(): Float32Array {
    return this.#voice.state();
  }

  /** Punctuality so far. */
  health(): { lateness: { p50: Seconds; p99: Seconds }; sent: number; late: number; dropped: number } {
    const { scheduler } = this.#voice;
    const { sent, late, dropped } = scheduler;
    return { lateness: scheduler.lateness(), sent, late, dropped };
  }

  get #params(): SessionParams {
    return this.#values as unknown as SessionParams;
  }

  // ---------------------------------------------------------------- the clock

  /** Everything that is due by `now` happens, in order. Returns when it wants to be called again; null: when something comes. */
  advance(now: Seconds): Seconds | null {
    this.#now = Math.max(this.#now, now);
    for (let due = this.#nextTransition(); due !== null && due <= this.#now; due = this.#nextTransition()) {
      // What sounds until then is decided by then, though nobody looked at the clock.
      this.#decideDue(due);
      this.#voice.dispatch(due);
      this.#transition(due);
    }
    this.#decideDue(this.#now);
    this.#voice.dispatch(this.#now);
    // The rest of the look-ahead is decided in small portions: what is due does not wait for what is not.
    this.#voice.plan(this.#now + LOOK_AHEAD[this.#mode], PORTION);
    this.#announce();
    return this.#wake();
  }

  /** Decides what the model plays until `time`; a turn whose end is decided ends by itself when its time comes. */
  #decideDue(time: Seconds): void {
    if (!this.#voice.playing || this.#voice.plan(time)) return;
    this.#endTurn(time);
    this.#trouble(
      'SAMPLER_NO_TOKEN',
      'The network lets no time pass: its turn was ended. Reset the session, or lower the temperature.',
    );
  }

  /** When the turn changes hands by itself; null where it does not. */
  #nextTransition(): Seconds | null {
    if (this.#phase === 'listening') return this.#tracker.endsAt(this.#params.patience);
    if (this.#phase === 'playing' && this.#voice.doneAt === null) this.#decideDue(this.#now);
    if (this.#phase === 'playing') return this.#voice.doneAt;
    if (this.#phase === 'together') return this.#tracker.lastEvent + DUET_REST;
    return null;
  }

  #transition(time: Seconds): void {
    if (this.#phase === 'listening') this.#phraseEnded(time);
    else this.#endTurn(time);
  }

  #wake(): Seconds | null {
    const times = [this.#nextTransition(), this.#voice.scheduler.next];
    if (this.#voice.playing && this.#voice.doneAt === null)
      times.push(this.#voice.head - LOOK_AHEAD[this.#mode]);
    const due = times.filter((time) => time !== null);
    return due.length > 0 ? Math.min(...due) : null;
  }

  // ---------------------------------------------------------------- turns

  #phraseEnded(time: Seconds): void {
    const length = this.#tracker.lastEvent - (this.#tracker.began ?? time);
    this.#tracker.end();
    if (this.#mode === 'listen' || this.#mode === 'solo') {
      this.#phase = 'waiting';
      return;
    }
    const reply = Math.min(LONGEST_REPLY, Math.max(SHORTEST_REPLY, length * this.#params.replyLength));
    this.#beginTurn(time, this.#mode === 'answer' ? reply : null);
  }

  #beginTurn(time: Seconds, length: Seconds | null): void {
    this.#voice.begin(time, length === null ? null : time + length);
    // The stream moves in whole steps, so the reply's first note may come a little before `time`.
    const from = Math.min(time, this.#voice.head);
    this.#history.reply = { mark: this.#voice.mark(), time: from, length };
    this.#phase = this.#mode === 'duet' ? 'together' : 'playing';
  }

  #endTurn(time: Seconds): void {
    if (this.#voice.playing) this.#voice.end(time);
    this.#phase = 'waiting';
  }

  // ---------------------------------------------------------------- the player

  /** The player did something. A time before the last one counts as now. */
  input(event: PerformanceEvent): void {
    this.advance(event.time);
    const heard = { ...event, time: this.#now };
    this.parts.record({ type: 'input', time: this.#now, event: heard });
    if (this.#phase === 'stopped' || this.#mode === 'solo') this.#notice(heard);
    else this.#hear(heard);
    this.#tell(heard);
    this.advance(this.#now);
  }

  /** The network does not hear this, but which keys are down must be known when it listens again. */
  #notice(event: PerformanceEvent): void {
    this.#tracker.add(event);
    this.#tracker.end();
  }

  #hear(event: PerformanceEvent): void {
    const strikes = event.type === 'noteOn';
    if (strikes && this.#phase === 'playing') this.#endTurn(event.time); // the player barges in
    if (strikes && this.#phase === 'waiting') this.#history.begin(this.#voice.mark(), event.time);
    this.#tracker.add(event);
    if (this.#voice.playing) this.#voice.weave(event);
    else this.#voice.feed(event);
    if (!strikes || this.#phase !== 'waiting') return;
    if (this.#mode === 'duet') this.#beginTurn(event.time, null);
    else this.#phase = 'listening';
  }

  /** The player's notes as the world sees them, and on the output where that is wanted. */
  #tell(event: PerformanceEvent): void {
    if (event.type === 'pedal') {
      this.parts.emit({ ...event, voice: 'player' });
      return;
    }
    const struck = this.#playerNotes.get(event.pitch);
    if (struck !== undefined) {
      this.#playerNotes.delete(event.pitch);
      this.parts.emit({ type: 'noteOff', id: struck, time: event.time });
      this.#ledger.off('player', event.pitch);
    }
    if (event.type === 'noteOff') return;
    const id = this.#ids++;
    this.#playerNotes.set(event.pitch, id);
    this.parts.emit({ ...event, id, voice: 'player' });
    if (this.#params.thru && this.#phase !== 'stopped')
      this.#ledger.on('player', event.pitch, event.velocity);
  }

  // ---------------------------------------------------------------- the user

  /** Does what a user asks. Throws PARAM_UNKNOWN, PARAM_VALUE, MODE_UNKNOWN, and changes nothing then. */
  command(command: SessionCommand, time: Seconds): void {
    this.#check(command);
    this.advance(time);
    this.parts.record({ type: 'command', time: this.#now, command });
    this.#obey(command, this.#now);
    this.advance(this.#now);
  }

  #check(command: SessionCommand): void {
    if (command.type === 'param')
      checkParam({ ...this.parts.pluginParams, ...SESSION_PARAMS }, command.id, command.value);
    if (command.type === 'mode' && !MODES.includes(command.mode)) {
      throw new ContinuoError(
        'MODE_UNKNOWN',
        `There is no mode "${command.mode}"; there are ${MODES.join(', ')}.`,
      );
    }
  }

  #obey(command: SessionCommand, time: Seconds): void {
    switch (command.type) {
      case 'start':
        if (this.#phase !== 'stopped') return;
        this.#phase = 'waiting';
        this.#voice.settle(time, this.#tracker);
        this.#beginAlone(time);
        return;
      case 'stop':
        this.#quiet(time);
        this.#phase = 'stopped';
        return;
      case 'allOff':
        this.#quiet(time);
        this.parts.emit({ type: 'allOff', time });
        return;
      case 'mode':
        this.#mode = command.mode;
        this.parts.emit({ type: 'mode', time, mode: command.mode });
        if (this.#voice.playing) this.#endTurn(time);
        this.#voice.settle(time, this.#tracker);
        this.#beginAlone(time);
        return;
      case 'param':
        this.#setParam(command.id, command.value, time);
        return;
      case 'takeBack':
        this.#takeBack(time);
        return;
      case 'again':
        this.#again(time);
        return;
      case 'reset':
        this.#forget(time);
        this.parts.emit({ type: 'takenBack', time: this.parts.time });
        return;
    }
  }

  #setParam(id: string, value: ParamValue, time: Seconds): void {
    const restarts = this.parts.pluginParams[id]?.restarts === true && value !== this.#values[id];
    if (restarts) this.#quiet(time);
    this.#values[id] = value;
    this.#voice.steer(this.#values, time);
    this.parts.emit({ type: 'param', time, id, value });
    if (!restarts) return;
    this.#forget(time);
    this.#beginAlone(time);
  }

  /** A zero state and a new stream. */
  #forget(time: Seconds): void {
    this.#quiet(time);
    this.#history.clear();
    this.#voice.zero(time);
  }

  /** In solo the model does not wait for anybody. */
  #beginAlone(time: Seconds): void {
    if (this.#mode !== 'solo' || this.#phase === 'stopped') return;
    this.#tracker.end();
    this.#history.begin(this.#voice.mark(), time);
    this.#beginTurn(time, null);
  }

  /** Nothing sounds and no turn is under way. */
  #quiet(time: Seconds): void {
    if (this.#voice.playing) this.#voice.end(time);
    this.#ledger.silence();
    this.#tracker.end();
    if (this.#phase !== 'stopped') this.#phase = 'waiting';
  }

  #takeBack(time: Seconds): void {
    const exchange = this.#history.takeBack();
    if (!exchange) return;
    if (this.#voice.playing) this.#voice.end(time);
    this.#voice.restore(exchange.mark, time, this.#tracker);
    this.#tracker.end();
    if (this.#phase !== 'stopped') this.#phase = 'waiting';
    this.parts.emit({ type: 'takenBack', time: exchange.time });
  }

  #again(time: Seconds): void {
    const { reply } = this.#history;
    if (!reply || this.#phase === 'stopped') return;
    if (this.#voice.playing) this.#voice.end(time);
    this.#voice.restore(reply.mark, time, this.#tracker);
    this.#tracker.end();
    this.parts.emit({ type: 'takenBack', time: reply.time });
    this.#beginTurn(time, reply.length);
  }

  // ---------------------------------------------------------------- the world

  /** Says the phase where it, or the time of the hand-over, has changed. */
  #announce(): void {
    const ends =
      this.#phase === 'listening' && this.#mode !== 'listen'
        ? this.#tracker.endsAt(this.#params.patience)
        : null;
    const state = `${this.#phase} ${ends}`;
    if (state === this.#announced) return;
    this.#announced = state;
    const event = { type: 'phase', time: this.#now, phase: this.#phase } as const;
    this.parts.emit(ends === null ? event : { ...event, takeOverAt: ends });
  }

  #trouble(code: string, message: string): void {
    this.parts.emit({ type: 'trouble', time: this.#now, code, message });
  }
}
