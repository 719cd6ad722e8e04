import type { ToldPulse } from '../music/beats/tracker.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { defaultValues, idOfRole, type ParamSpecs, type ParamValue } from '../plugin/params.js';
import { checkCommand, type Mode, type SessionCommand } from './commands.js';
import type { SessionPhase } from './events.js';
import { NoteLedger, type Output } from './ledger.js';
import { Metronome, type MetronomeParts } from './metronome.js';
import { ModelVoice, type VoiceParts } from './model-voice.js';
import { CLOSE_AFTER_ID, PLAN_KEEPING_PARAMS, SESSION_PARAMS, type SessionParams } from './params.js';
import { PlayerVoice } from './player-voice.js';
import { Turns } from './turns.js';

/** What a session is made of. Clock, output and log are handed in; it starts nothing by itself. */
export interface SessionParts extends Omit<VoiceParts, 'ledger'> {
  readonly pluginParams: ParamSpecs;
  readonly output: Output;
  /** Where the metronome clicks, where the plugin has one: pitches are General MIDI's percussion. null: there is no metronome. */
  readonly percussion?: MetronomeParts['output'] | null;
  readonly mode: Mode;
  readonly time: Seconds;
  /** Whether the model, alone, goes on by itself where it was silenced or taken back. Default true; in takes of version 1 it waits. */
  readonly resumesSolo?: boolean;
  /** Whether the model, in the mode continue, comes to a close by itself. Default true; in takes of versions 1 and 2 it plays on. */
  readonly closesByItself?: boolean;
  /** Ids of notes count up from here; default 0. */
  readonly firstId?: number;
  /** Tokens that are decided ahead between two looks at the clock, at most. Which ones they are does not depend on it. */
  readonly portion?: number;
}

/** How far ahead of the clock the model's notes are decided. A duet is decided late, since it is decided anew so often. */
const LOOK_AHEAD: Record<Mode, Seconds> = { answer: 0.4, continue: 0.4, solo: 0.4, duet: 0.15, listen: 0 };
/** Clicks without a port. */
const NOWHERE = { noteOn: () => {}, noteOff: () => {} };
/**
 * {@link SessionParts.portion} by default: less than a millisecond's work, since a note that falls due meanwhile waits.
 */
const PORTION = 4;

/**
 * One jam. It is driven by three calls, in order of time: `input` (the player), `command` (the user) and `advance` (the
 * clock). What follows depends on these times alone, not on when the calls were made, so a take can be replayed.
 */
export class Session {
  readonly #voice: ModelVoice;
  readonly #player: PlayerVoice;
  readonly #turns: Turns;
  readonly #ledger: NoteLedger;
  readonly #metronome: Metronome;
  readonly #values: Record<string, ParamValue>;
  /** The plugin's toggle of the metronome, where it has one. */
  readonly #click: string | undefined;
  #now: Seconds;
  /** How the beats lie, where somebody says so. */
  #pulse: ToldPulse | null = null;
  /** The whole second that the take is told of next, if something goes on then. */
  #nextMark: Seconds;

  constructor(private readonly parts: SessionParts) {
    const { emit, mode, time } = parts;
    this.#now = time;
    this.#nextMark = Math.floor(time) + 1;
    this.#values = { ...defaultValues(parts.pluginParams), ...defaultValues(SESSION_PARAMS) };
    this.#click = idOfRole(parts.pluginParams, 'click');
    this.#ledger = new NoteLedger(parts.output);
    let ids = parts.firstId ?? 0;
    const nextId = () => ids++;
    this.#voice = new ModelVoice({ ...parts, ledger: this.#ledger }, this.#values, nextId, time);
    this.#player = new PlayerVoice(this.#ledger, emit, nextId);
    this.#metronome = new Metronome({ ...parts, output: parts.percussion ?? NOWHERE });
    const begins = (time: Seconds) => this.#syncMetronome(time, true);
    const { resumesSolo = true, closesByItself = true } = parts;
    this.#turns = new Turns(this.#voice, this.#params, mode, emit, begins, {
      resumesSolo,
      closesByItself,
    });
  }

  get phase(): SessionPhase {
    return this.#turns.phase;
  }

  get mode(): Mode {
    return this.#turns.mode;
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
    const changes = () => this.#turns.decideHandOver(this.#now);
    for (let due = changes(); due !== null && due <= this.#now; due = changes()) {
      // What sounds until then is decided by then, though nobody looked at the clock.
      this.#turns.decide(due);
      this.#dispatch(due);
      this.#recordSeconds(due);
      this.#turns.handOver(due);
    }
    this.#recordSeconds(this.#now);
    this.#turns.decide(this.#now);
    this.#dispatch(this.#now);
    // The rest of the look-ahead is decided in small portions: what is due does not wait for what is not.
    const { portion = PORTION } = this.parts;
    this.#voice.plan(this.#now + LOOK_AHEAD[this.mode], portion);
    this.#turns.rehearse(this.#now, portion);
    this.#turns.announce(this.#now);
    return this.#nextWake();
  }

  /**
   * Nothing ran until `until`, since `time` (default: the last call). The turn under way and the player's phrase end where they
   * stood; what was to sound meanwhile does not, and is not drawn. Returns whether there was a turn or a phrase to end.
   */
  pause(until: Seconds, time: Seconds = this.#now): boolean {
    this.advance(time);
    this.parts.record({ type: 'pause', time: this.#now, until });
    const cut = this.phase !== 'stopped' && this.phase !== 'waiting';
    this.#turns.interrupt(this.#now);
    this.#metronome.silence();
    this.#metronome.stopClicks();
    this.#now = Math.max(this.#now, until);
    this.#recordSeconds(this.#now);
    this.#turns.beginSolo(this.#now);
    this.#syncMetronome(this.#now, false);
    this.advance(this.#now);
    return cut;
  }

  /** What is due by then goes to the outputs. */
  #dispatch(until: Seconds): void {
    this.#voice.dispatch(until);
    this.#metronome.dispatch(until);
  }

  /**
   * The take is told of each whole second until then in which a phrase or a turn goes on: what was sampled has no time, and a
   * take that is cut off would not know how far it had come. Which seconds these are depends on when turns change, not on when
   * the clock was looked at.
   */
  #recordSeconds(until: Seconds): void {
    const rests = this.phase === 'stopped' || this.phase === 'waiting';
    for (let time = this.#nextMark; time <= until && !rests; time++)
      this.parts.record({ type: 'clock', time });
    this.#nextMark = Math.max(this.#nextMark, Math.floor(until) + 1);
  }

  #nextWake(): Seconds | null {
    const times = [
      this.#turns.decideHandOver(this.#now),
      this.#turns.rehearsesAt,
      this.#voice.scheduler.next,
      this.#metronome.next,
    ];
    if (this.#voice.playing && this.#voice.doneAt === null)
      times.push(this.#voice.head - LOOK_AHEAD[this.mode]);
    const due = times.filter((time) => time !== null);
    return due.length > 0 ? Math.min(...due) : null;
  }

  // ---------------------------------------------------------------- the player

  /** The player did something. A time before the last one counts as now. */
  input(event: PerformanceEvent): void {
    this.advance(event.time);
    const heard = { ...event, time: this.#now };
    this.parts.record({ type: 'input', time: this.#now, event: heard });
    this.#turns.input(heard);
    this.#player.play(heard, this.#params.thru && this.phase !== 'stopped');
    this.advance(this.#now);
  }

  // ---------------------------------------------------------------- the user

  /** Something else is played to the player until it is over: the model is silent meanwhile. */
  hold(held: boolean, time: Seconds): void {
    this.advance(time);
    this.parts.record({ type: 'hold', time: this.#now, held });
    this.#turns.hold(held, this.#now);
    this.#syncMetronome(this.#now, false);
    this.advance(this.#now);
  }

  /** Does what a user asks. Throws PARAM_UNKNOWN, PARAM_VALUE, MODE_UNKNOWN, and changes nothing then. */
  command(command: SessionCommand, time: Seconds): void {
    checkCommand(command, { ...this.parts.pluginParams, ...SESSION_PARAMS });
    this.advance(time);
    this.parts.record({ type: 'command', time: this.#now, command });
    this.#apply(command, this.#now);
    this.#syncMetronome(this.#now, false);
    this.advance(this.#now);
  }

  #apply(command: SessionCommand, time: Seconds): void {
    switch (command.type) {
      case 'start':
        this.#turns.start(time);
        return;
      case 'stop':
        this.#turns.stop(time);
        this.#silence();
        return;
      case 'allOff':
        this.#interrupt(time);
        this.parts.emit({ type: 'allOff', time });
        return;
      case 'mode':
        this.#turns.setMode(command.mode, time);
        return;
      case 'param':
        this.#setParam(command.id, command.value, time);
        return;
      case 'pulse':
        this.#setPulse(command, time);
        return;
      case 'takeBack':
        this.#turns.takeBack(time);
        return;
      case 'again':
        this.#turns.again(time);
        return;
      case 'reset':
        this.#resetStream(time);
        this.parts.emit({ type: 'takenBack', time: this.parts.time });
        return;
    }
  }

  #setPulse({ beat, bar, tapped }: Extract<SessionCommand, { type: 'pulse' }>, time: Seconds): void {
    this.#pulse = beat === 0 ? null : { pace: beat, beat: time, bar, tapped };
    this.#voice.setPulse(this.#pulse, time);
  }

  #setParam(id: string, value: ParamValue, time: Seconds): void {
    const restarts = this.parts.pluginParams[id]?.restarts === true && value !== this.#values[id];
    if (restarts) this.#interrupt(time);
    this.#values[id] = value;
    // The music is the same with clicks: what is decided stays.
    if (id !== this.#click && !PLAN_KEEPING_PARAMS.has(id)) this.#voice.setParams(this.#values, time);
    if (id === CLOSE_AFTER_ID) this.#turns.updateClose(time);
    this.parts.emit({ type: 'param', time, id, value });
    if (!restarts) return;
    this.#resetStream(time);
    this.#turns.beginSolo(time);
  }

  /** A zero state and a new stream. */
  #resetStream(time: Seconds): void {
    this.#interrupt(time);
    this.#turns.reset(time);
    // Who taps, and what clock there is, has not to do with what is forgotten.
    if (this.#pulse !== null) this.#voice.setPulse(this.#pulse, time);
  }

  /** Nothing sounds and no turn is under way. */
  #interrupt(time: Seconds): void {
    this.#turns.interrupt(time);
    this.#silence();
  }

  #silence(): void {
    this.#ledger.silence();
    this.#metronome.silence();
  }

  /** The metronome clicks while the session runs: each turn gives it the beat, between turns it keeps its own. */
  #syncMetronome(time: Seconds, begins: boolean): void {
    const { pulse } = this.#voice;
    const silent = this.phase === 'stopped' || this.#turns.held;
    if (
      this.parts.percussion === null ||
      this.#click === undefined ||
      this.#values[this.#click] !== true ||
      silent ||
      !pulse
    )
      this.#metronome.stopClicks();
    else if (!begins && this.#metronome.hasTempoOf(pulse)) return;
    else if (begins || this.phase !== 'waiting') this.#metronome.follow(pulse, time);
    else this.#metronome.keepCount(pulse, time);
  }
}
