import { exhausted } from '../exhausted.js';
import type { GivenPulse } from '../music/beats/tracker.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { defaultValues, idOfRole, type ParamSpecs, type ParamValue } from '../plugin/params.js';
import { CHECKPOINT_EVERY, type Checkpoint, type SessionStart } from './checkpoint.js';
import { checkCommand, type Mode, type SessionCommand } from './commands.js';
import type { SessionPhase } from './events.js';
import type { HeardNote } from './heard-notes.js';
import { type KeptMoment, requireMoment } from './kept-moment.js';
import { Learning } from './learning.js';
import { NoteLedger, type Output, type SoundingPitches } from './ledger.js';
import type { MetronomeParts } from './metronome.js';
import { type HeldInput, ModelVoice, type VoiceParts } from './model-voice.js';
import type { Mark } from './moments.js';
import {
  assertSessionValues,
  CLOSE_AFTER_ID,
  PLAN_KEEPING_PARAMS,
  SESSION_PARAMS,
  type SessionValues,
} from './params.js';
import { PlayerVoice } from './player-voice.js';
import type { Latenesses } from './scheduler.js';
import { SessionBeats } from './session-beats.js';
import type { MarkState, TurnState } from './turn-state.js';
import { Turns } from './turns.js';

/** What a session works with. Clock, output and log are handed in: a session starts no timer and opens no file. */
export interface SessionParts extends Omit<VoiceParts, 'ledger' | 'played'>, SessionStart {
  readonly pluginParams: ParamSpecs;
  readonly output: Output;
  /** Where a plugin's metronome clicks, by pitches of the General MIDI percussion map. null: there is no metronome. */
  readonly percussion?: MetronomeParts['output'] | null;
  readonly mode: Mode;
  readonly time: Seconds;
  /** In solo, the model starts again by itself where it was silenced or taken back. Default true; false for takes of version 1. */
  readonly resumesSolo?: boolean;
  /** In the mode `continue`, the model looks for a cadence by itself. Default true; false for takes of versions 1 and 2. */
  readonly closesByItself?: boolean;
  /** A duet goes on while a chord is held (default true): in takes before version 4 it rested after 8 s all the same. */
  readonly holdsDuets?: boolean;
  /** Ids of notes count up from here; default 0. */
  readonly firstId?: number;
  /** How many tokens one call of `advance` samples ahead at most. The tokens themselves do not depend on it. */
  readonly portion?: number;
  /** What it is told as a member of a band. */
  readonly band?: Membership;
  /** Is given the moment that the command `keep` keeps. */
  readonly kept?: (id: string, checkpoint: Checkpoint) => void;
  /** The moments that the command `recall` knows. */
  readonly moments?: (id: string) => KeptMoment | undefined;
  /** Is given how the session stands, every few seconds in which something goes on, and where it has gone back or stopped. */
  readonly checkpoint?: (checkpoint: Checkpoint) => void;
}

/** What a session is told as a member of a band. */
export interface Membership {
  /** Tells its notes on the output from those of the others. */
  readonly id: string;
  /** The player's notes are emitted and sent on by the first member alone. */
  readonly first: boolean;
  /** What sounds on the output that all share. */
  readonly sounding: SoundingPitches;
  readonly played: NonNullable<VoiceParts['played']>;
  /** How far ahead of the clock it samples at most. */
  readonly lookAhead: Seconds;
}

/** How far ahead of the clock the model samples. Less in a duet, whose plan is discarded with each note of the player. */
const LOOK_AHEAD: Record<Mode, Seconds> = { answer: 0.4, continue: 0.4, solo: 0.4, duet: 0.15, listen: 0 };
/** An output for clicks where no port is connected. */
const NOWHERE = { noteOn: () => {}, noteOff: () => {} };
/** Default of {@link SessionParts.portion}: less than a millisecond of work, since a note that falls due meanwhile waits. */
const PORTION = 4;

/**
 * A jam of a player and a model. Three calls drive it, in order of time: `input` (the player's events), `command` (the
 * user's commands) and `advance` (the clock). What it plays depends on the times that these carry, not on when the calls are
 * made, so a take can be replayed. Times are seconds on a clock of the caller that never goes back.
 *
 * @example
 * const session = new Session({ ...performer, output, mode: 'answer', time: 0, emit: console.log, record: () => {} });
 * session.command({ type: 'start' }, 0);
 * session.input({ type: 'noteOn', time: 0.5, pitch: 60, velocity: 80 });
 * const wakeAt = session.advance(0.6); // call `advance` again then
 */
export class Session {
  readonly #voice: ModelVoice;
  readonly #player: PlayerVoice;
  readonly #turns: Turns;
  readonly #ledger: NoteLedger;
  readonly #beats: SessionBeats;
  readonly #values: SessionValues;
  /** Id of the plugin's toggle of the metronome, where it has one. */
  readonly #click: string | undefined;
  #now: Seconds;
  /** The next whole second to be recorded, if a phrase or a turn is under way then. */
  #nextMark: Seconds;
  /** Times of checkpoints that are due as soon as all is decided until then. */
  #checkpoints: Seconds[] = [];
  readonly #learning: Learning | null;
  /** Id of the moment that is gone back to as soon as the turn or phrase under way is over. */
  #recallsNext: string | null = null;
  #dueAt: Seconds | null = null;
  #plansAt: Seconds | null = null;

  /** The next note's id. */
  #nextId: number;
  /** Marks as data, each of which is made once. */
  readonly #told = new WeakMap<Mark, MarkState>();
  /** Whether checkpoints say what can be taken back: see {@link TurnState.history}. */
  keepsHistory = false;

  constructor(private readonly parts: SessionParts) {
    const { emit, time } = parts;
    const turn = parts.resume?.same ? parts.resume.checkpoint.turn : undefined;
    const mode = turn?.mode ?? parts.mode;
    this.#now = time;
    this.#nextMark = Math.floor(time) + 1;
    const { ownState, resume, learnt = resume?.checkpoint.learnt } = parts;
    const values = turn?.values ?? parts.values;
    const all = { ...defaultValues(parts.pluginParams), ...defaultValues(SESSION_PARAMS), ...values };
    assertSessionValues(all);
    this.#values = all;
    this.#learning = ownState ? new Learning(ownState, emit) : null;
    this.#learning?.begin(learnt, time);
    // Where it fails too, another goes on from here, which is a moment of its own.
    if (resume && !turn) this.#checkpoints.push(time);
    this.#click = idOfRole(parts.pluginParams, 'click');
    const { band } = parts;
    this.#ledger = new NoteLedger(parts.output, band ? { sounding: band.sounding, member: band.id } : null);
    this.#nextId = Math.max(parts.firstId ?? 0, turn?.nextId ?? 0);
    const nextId = () => this.#nextId++;
    this.#voice = new ModelVoice(
      { ...parts, ...(band && { played: band.played }), ledger: this.#ledger },
      this.#values,
      nextId,
      { time, resume },
    );
    this.#player = new PlayerVoice(this.#ledger, emit, nextId);
    this.#beats = new SessionBeats({
      voice: this.#voice,
      metronome: { ...parts, output: parts.percussion ?? NOWHERE },
      clicks: () => this.#clicks,
      waits: () => this.phase === 'waiting',
    });
    const { resumesSolo = true, closesByItself = true, holdsDuets = true } = parts;
    this.#turns = new Turns(
      {
        voice: this.#voice,
        params: this.#values,
        emit,
        onTurnBegin: (time) => this.#beats.sync(time, true),
        rules: { resumesSolo, closesByItself, holdsDuets },
      },
      mode,
    );
    if (turn) this.#goOn(turn);
  }

  /** Is the session that stood at a checkpoint. */
  #goOn(turn: TurnState): void {
    this.#turns.load(turn);
    this.#player.load(turn.keys);
    this.#beats.load(turn);
    this.#recallsNext = turn.recallsNext;
    this.#look();
  }

  get phase(): SessionPhase {
    return this.#turns.phase;
  }

  get mode(): Mode {
    return this.#turns.mode;
  }

  get held(): boolean {
    return this.#turns.held;
  }

  get muted(): boolean {
    return this.#turns.muted;
  }

  get values(): Readonly<Record<string, ParamValue>> {
    return this.#values;
  }

  /** The keys and the pedal that the player holds. */
  get playerHolds(): HeldInput {
    return this.#turns.playerHolds;
  }

  /** A copy of the network's state: (layer, h then c). */
  state(): Float32Array {
    return this.#voice.state();
  }

  /** How punctual the notes were: counts since the session began, lateness of the last few hundred in seconds. */
  health(): { lateness: { p50: Seconds; p99: Seconds }; sent: number; late: number; dropped: number } {
    const { scheduler } = this.#voice;
    const { sent, late, dropped } = scheduler;
    return { lateness: scheduler.lateness(), sent, late, dropped };
  }

  /** How late each note of the model was since the last call. */
  takeLatenesses(): Latenesses {
    return this.#voice.scheduler.takeLatenesses();
  }

  // ---------------------------------------------------------------- the clock

  /**
   * Does everything that is due by `now`, in order. Returns the time at which to call it again; null where nothing is due
   * before the next input or command. `portion` is for this call what {@link SessionParts.portion} is for all; 0: it does what is due,
   * and samples nothing ahead.
   */
  advance(now: Seconds, portion: number = this.parts.portion ?? PORTION): Seconds | null {
    this.#now = Math.max(this.#now, now);
    this.#makeCheckpoints();
    const changes = () => this.#turns.decideHandOver(this.#now);
    for (let due = changes(); due !== null && due <= this.#now; due = changes()) {
      // What sounds before the hand-over is sampled before it, however late this call comes.
      this.#recordSeconds(due);
      this.#turns.decide(due);
      this.#dispatch(due);
      this.#turns.handOver(due);
      this.#recallIfAtRest(due);
      // A session that rests can be resumed with all that it has heard and played.
      if (this.#turns.phase === 'waiting') this.#checkpoints.push(due);
      this.#makeCheckpoints();
    }
    this.#recordSeconds(this.#now);
    this.#turns.decide(this.#now);
    this.#voice.release(this.#now);
    this.#dispatch(this.#now);
    // The rest of the look-ahead is sampled in small portions, so that what is due does not wait for it.
    if (portion > 0) {
      this.#voice.plan(this.#now + this.#lookAhead, portion);
      this.#turns.rehearse(this.#now, portion);
    }
    this.#turns.announce(this.#now);
    this.#look();
    return earliest([this.#dueAt, this.#plansAt]);
  }

  /**
   * The process did not run from `time` (default: the last call) until `until`, as where a laptop slept. The model's turn and
   * the player's phrase end at `time`; nothing is sampled for the time between. Returns whether a turn or a phrase ended.
   */
  pause(until: Seconds, time: Seconds = this.#now): boolean {
    this.advance(time);
    this.parts.record({ type: 'pause', time: this.#now, until });
    const cut = this.phase !== 'stopped' && this.phase !== 'waiting';
    this.#turns.interrupt(this.#now);
    this.#beats.stop();
    this.#now = Math.max(this.#now, until);
    this.#recordSeconds(this.#now);
    this.#recallIfAtRest(this.#now);
    this.#turns.beginSolo(this.#now);
    this.#beats.sync(this.#now, false);
    this.advance(this.#now);
    return cut;
  }

  /** Sends to the outputs what is due by `until`. */
  #dispatch(until: Seconds): void {
    this.#voice.dispatch(until);
    this.#beats.dispatch(until);
  }

  /**
   * Records each whole second up to `until` in which a phrase or a turn is under way: records of sampled tokens carry no time,
   * so a take that was cut off could not tell how far it had come. Which seconds are recorded depends on the times of
   * hand-overs, not on when `advance` is called.
   */
  #recordSeconds(until: Seconds): void {
    const rests = this.phase === 'stopped' || this.phase === 'waiting';
    for (let time = this.#nextMark; time <= until && !rests; time++) {
      this.parts.record({ type: 'clock', time });
      if (time % CHECKPOINT_EVERY !== 0) continue;
      // It is how the session stands at this very time.
      this.#turns.decide(time);
      this.#dispatch(time);
      this.#checkpoints.push(time);
      this.#makeCheckpoints();
    }
    this.#nextMark = Math.max(this.#nextMark, Math.floor(until) + 1);
  }

  /**
   * Makes the checkpoints that are due now. Everything is sampled and sent up to their times, whenever `advance` is called, so a replay
   * makes the same ones.
   */
  #makeCheckpoints(): void {
    if (this.#checkpoints.length === 0) return;
    const { checkpoint } = this.parts;
    const times = this.#checkpoints.splice(0);
    if (!checkpoint) return;
    for (const time of times) checkpoint(this.parts.band ? this.#checkpointAt(time) : this.standing(time));
  }

  #checkpointAt(time: Seconds): Checkpoint {
    const learnt = this.#learning?.save(time);
    return { ...this.#voice.checkpoint(time), ...(learnt !== undefined && { learnt }) };
  }

  /** How this session stands at the present time, or at that of a checkpoint that is due, for one that is to be the same. */
  standing(time: Seconds = this.#now): Checkpoint {
    return { ...this.#checkpointAt(time), turn: this.#turnAt(time) };
  }

  #turnAt(time: Seconds): TurnState {
    const told = (mark: Mark) => (this.keepsHistory ? this.#dataOf(mark) : null);
    return {
      ...this.#turns.save(told),
      ...this.#voice.turnState(time, told),
      ...{ values: { ...this.#values }, keys: this.#player.save(), nextId: this.#nextId },
      ...this.#beats.save(time),
      recallsNext: this.#recallsNext,
    };
  }

  #dataOf(mark: Mark): MarkState | null {
    const data = this.#told.get(mark) ?? this.#voice.dataOf(mark);
    if (data) this.#told.set(mark, data);
    return data;
  }

  get #lookAhead(): Seconds {
    const most = LOOK_AHEAD[this.mode];
    const { band } = this.parts;
    return band ? Math.min(most, band.lookAhead) : most;
  }

  /** The next time at which the turn may change hands or a note fall due, as far as is decided; null where nothing does by itself. */
  get actsAt(): Seconds | null {
    const times = [this.#turns.decideHandOver(this.#now), this.#voice.scheduler.next];
    if (this.#voice.playing && this.#voice.doneAt === null) times.push(this.#voice.head);
    return earliest(times);
  }

  /** When a note or a click falls due, or the turn changes hands; null where nothing does by itself. */
  get dueAt(): Seconds | null {
    return this.#dueAt;
  }

  /** From when on it samples ahead; null where it does not. What is due elsewhere need not wait for that. */
  get plansAt(): Seconds | null {
    return this.#plansAt;
  }

  #look(): void {
    this.#dueAt = earliest([
      this.#turns.decideHandOver(this.#now),
      this.#voice.scheduler.next,
      this.#beats.next,
    ]);
    const playing = this.#voice.playing && this.#voice.doneAt === null;
    this.#plansAt = earliest([this.#turns.rehearsesAt, playing ? this.#voice.head - this.#lookAhead : null]);
  }

  /** Gives back the network's state. The session cannot be used afterwards. */
  free(): void {
    this.#voice.free();
  }

  // ---------------------------------------------------------------- the player

  /** Takes an event of the player. A time before that of the last call counts as the latter. */
  input(event: PerformanceEvent): void {
    this.advance(event.time);
    const timed = { ...event, time: this.#now };
    this.parts.record({ type: 'input', time: this.#now, event: timed });
    this.#turns.input(timed);
    if (this.parts.band?.first !== false)
      this.#player.play(timed, this.#values.thru && this.phase !== 'stopped');
    this.advance(this.#now);
  }

  /** Hears notes of other members of the band at `time`. */
  hear(notes: readonly HeardNote[], time: Seconds): void {
    this.advance(time);
    this.#turns.hear(notes, this.#now);
    this.advance(this.#now);
  }

  /** Ends what sounds of a member of a band that failed, without running the plugin's code. */
  abandon(): void {
    this.#silence();
  }

  // ---------------------------------------------------------------- the user

  /** Puts the session on hold, or ends the hold: while something else is played to the player, the model is silent. */
  hold(held: boolean, time: Seconds): void {
    this.advance(time);
    this.parts.record({ type: 'hold', time: this.#now, held });
    this.#turns.hold(held, this.#now);
    this.#recallIfAtRest(this.#now);
    this.#beats.sync(this.#now, false);
    this.advance(this.#now);
  }

  /** Obeys a command of the user. Throws PARAM_UNKNOWN, PARAM_VALUE, MODE_UNKNOWN or MEMBER_UNKNOWN, and changes nothing then. */
  command(command: SessionCommand, time: Seconds): void {
    checkCommand(command, { ...this.parts.pluginParams, ...SESSION_PARAMS });
    if (command.type === 'recall') requireMoment(command.id, this.parts.moments?.(command.id));
    this.advance(time);
    this.parts.record({ type: 'command', time: this.#now, command });
    this.#apply(command, this.#now);
    // It may have ended the turn.
    this.#recallIfAtRest(this.#now);
    this.#beats.sync(this.#now, false);
    this.#makeCheckpoints();
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
        this.#checkpoints.push(time);
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
      case 'mute':
        this.#turns.mute(command.muted, time);
        this.parts.emit({ type: 'mute', time, muted: command.muted });
        return;
      case 'pulse':
        this.#beats.tell(command, time);
        return;
      case 'takeBack':
        this.#turns.takeBack(time);
        this.#checkpoints.push(time);
        return;
      case 'again':
        this.#turns.again(time);
        this.#checkpoints.push(time);
        return;
      case 'reset':
        this.#learning?.begin(undefined, time);
        this.#resetStream(time);
        this.parts.emit({ type: 'takenBack', time: this.parts.time });
        return;
      case 'keep':
        this.parts.kept?.(command.id, this.#checkpointAt(time));
        this.parts.emit({ type: 'kept', time, id: command.id });
        return;
      case 'recall':
        this.#recallsNext = command.id;
        if (command.when === undefined) this.#recall(command.id, time);
        else this.#recallIfAtRest(time);
        return;
      default:
        exhausted(command);
    }
  }

  #recallIfAtRest(time: Seconds): void {
    const rests = this.phase === 'waiting' || this.phase === 'stopped';
    if (this.#recallsNext !== null && rests) this.#recall(this.#recallsNext, time);
  }

  /** Goes back to a moment and on from there. What comes is drawn from branches that were not used before. */
  #recall(id: string, time: Seconds): void {
    const moment = requireMoment(id, this.parts.moments?.(id));
    const { resumption, own } = moment;
    this.#recallsNext = null;
    this.#interrupt(time);
    this.#learning?.begin(resumption.checkpoint.learnt, time);
    this.#turns.recall(moment, time);
    // The stream as it was knows other beats than those that are tapped, clocked or shared now.
    if (this.#beats.given !== null) this.#voice.setPulse(this.#beats.given, time);
    this.#checkpoints.push(time);
    const { time: keptAt } = resumption.checkpoint;
    this.parts.emit(
      own ? { type: 'restored', time: keptAt, id } : { type: 'takenBack', time: this.parts.time },
    );
    this.#turns.beginSolo(time);
  }

  /** The beats that the plugin's stream hears by itself; null: none. */
  get heardPulse(): GivenPulse | null {
    return this.#voice.heardPulse;
  }

  /** Another member of the band hears these beats (null: none); what is tapped or clocked comes first. */
  sharePulse(pulse: GivenPulse | null, time: Seconds): void {
    this.#beats.share(pulse, time);
  }

  #setParam(id: string, value: ParamValue, time: Seconds): void {
    const restarts = this.parts.pluginParams[id]?.restarts === true && value !== this.#values[id];
    if (restarts) this.#interrupt(time);
    this.#values[id] = value;
    // Clicks and some session parameters do not change the music: the plan stays.
    if (id !== this.#click && !PLAN_KEEPING_PARAMS.has(id)) this.#voice.setParams(this.#values, time);
    if (id === CLOSE_AFTER_ID) this.#turns.updateClose(time);
    this.parts.emit({ type: 'param', time, id, value });
    if (!restarts) return;
    this.#resetStream(time);
    this.#turns.beginSolo(time);
  }

  /** Starts again with a zero state and a new stream. */
  #resetStream(time: Seconds): void {
    this.#interrupt(time);
    this.#turns.reset(time);
    // The new stream does not know the beats that are tapped, clocked or shared.
    const { given } = this.#beats;
    if (given !== null) this.#voice.setPulse(given, time);
    this.#checkpoints.push(time);
  }

  /** Ends the current turn and everything that sounds. */
  #interrupt(time: Seconds): void {
    this.#turns.interrupt(time);
    this.#silence();
  }

  #silence(): void {
    this.#ledger.silence();
    this.#beats.silence();
  }

  /** Whether the metronome clicks now, where there is a pulse. */
  get #clicks(): boolean {
    if (this.parts.percussion === null || this.#click === undefined) return false;
    return this.#values[this.#click] === true && this.phase !== 'stopped' && !this.#turns.held;
  }
}

/** The earliest of the times that there are. */
function earliest(times: readonly (Seconds | null)[]): Seconds | null {
  let first: Seconds | null = null;
  for (const time of times) if (time !== null && (first === null || time < first)) first = time;
  return first;
}
