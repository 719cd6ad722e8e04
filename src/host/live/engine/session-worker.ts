import type { Codec } from '../../../codec/codec.js';
/**
 * The session's worker thread. It alone uses the engine, session, scheduler and MIDI output. It sleeps in Atomics.wait, which wakes
 * more punctually than a timer, until the next note is due or the bell rings.
 */

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { exhausted } from '../../../exhausted.js';
import { type OutputPort, openSystemPorts, type PortSystem } from '../../../midi/index.js';
import { Tap } from '../../../model/tap/index.js';
import type { Seconds } from '../../../music/units.js';
import type { PluginVoice } from '../../../plugin/live.js';
import { Band } from '../../../session/band.js';
import type { Checkpoint } from '../../../session/checkpoint.js';
import type { SessionEvent } from '../../../session/events.js';
import { Session } from '../../../session/session.js';
import { streamOf, type TakeRecord } from '../../../session/take.js';
import { reportOf } from '../../error-report.js';
import { type HostPerformer, openHostPerformer, setupsOf } from '../../models/open-host-performer.js';
import { takeShare } from '../../takes/share.js';
import { ownThread } from '../../watchdog/thread-time.js';
import { clockFrom, monotonic } from '../clock.js';
import { wordsOf } from '../network/words.js';
import { Pauses } from '../pauses.js';
import { LentPort } from '../ports/own-port/lent-port.js';
import { SentLog } from '../ports/sent-log.js';
import { MemoryBound } from './memory-bound.js';
import { channelsOfMembers } from './part-channels.js';
import { StepTimer } from './step-timer.js';
import { warmUp } from './warm-up.js';
import { PortOutput } from './worker-output.js';
import {
  BEATS,
  BELL,
  type FromWorker,
  LOST,
  RUNNING,
  type SoundingVoice,
  type ToWorker,
  type WorkerStart,
} from './worker-protocol.js';

const port = parentPort as MessagePort;
const start = workerData as WorkerStart;
const bell = new Int32Array(start.bell);
const clock = clockFrom(start.zero);
const beat = () => void Atomics.add(bell, BEATS, 1);
/** Says whose code runs from now on, for whoever finds this thread dead or hanging. */
const runs = (member: number) => void Atomics.store(bell, RUNNING, member);
const post = (message: FromWorker) => port.postMessage(message);

/** Interval of health reports, and the longest sleep: the event loop turns at least that often. */
const HEALTH: Seconds = 1;
const LONGEST_SLEEP: Seconds = 0.25;
/** A checkpoint is copied to the I/O thread only if nothing is due for this long, and for twice as long as recent copies took. */
const CHECKPOINT_SLACK: Seconds = 0.005;
/** Most messages handled in one turn; due notes are sent between turns, however many messages wait. */
const SHARE = 32;

/** What a member plays with; `tap` shows its network. */
type OpenMember = HostPerformer & { readonly tap?: Tap };

/** Runs the session: handles messages, sends due notes, reports events and records. */
class SessionThread {
  #events: SessionEvent[] = [];
  #records: TakeRecord[] = [];
  readonly #engine: StepTimer;
  readonly #output: PortOutput;
  readonly #session: Session | Band;
  readonly #pauses = new Pauses(clock);
  readonly #memory = new MemoryBound(clock);
  #system: PortSystem | null = null;
  /** Ports being opened. Opening takes several turns of the event loop, and the worker does not sleep meanwhile. */
  #opening = 0;
  #open = true;
  #nextHealth = clock();
  /** Checkpoints that have not been posted yet, by member (undefined: the first, or the only one). */
  readonly #checkpoints = new Map<string | undefined, Checkpoint>();
  /** How long a checkpoint takes to copy, at worst of late. */
  #copying: Seconds = 0;

  constructor(
    private readonly performers: readonly OpenMember[],
    { type: _, others: starts, ...begin }: Extract<ToWorker, { type: 'begin' }>,
  ) {
    const [performer, ...others] = performers as readonly [OpenMember, ...OpenMember[]];
    this.#engine = new StepTimer(performer.engine, monotonic, beat);
    const sent = new SentLog(start.sent);
    this.#output = new PortOutput(
      start.channel,
      () => post({ type: 'output', request: LOST, name: null, id: null }),
      (message, sentOn) => sent.add(message, clock(), sentOn),
      performers.map(({ voices }) => voices),
    );
    const ports = { output: this.#output, percussion: this.#output.percussion };
    const first = { ...performer, engine: this.#engine, pluginParams: performer.descriptor.params, ...ports };
    const session = {
      ...{ clock, firstId: start.firstId },
      emit: (event: SessionEvent) => this.#emit(event),
      record: (record: TakeRecord) => this.#record(record),
      checkpoint: (made: Checkpoint, member?: string) => void this.#checkpoints.set(member, made),
    };
    runs(0);
    if (others.length === 0) {
      this.#session = new Session({ ...first, ...session, ...begin });
      return;
    }
    const { time, ...ofFirst } = begin;
    const members = others.map((other, index) => ({
      ...{
        ...other,
        engine: new StepTimer(other.engine, monotonic, beat),
        pluginParams: other.descriptor.params,
      },
      ...{ output: this.#output.ofMember(index), percussion: this.#output.percussion },
      ...starts[index]!,
    }));
    const band = [{ ...first, ...ofFirst }, ...members];
    this.#session = new Band({ ...session, runs, ran: (member) => this.#ran(member), time, members: band });
  }

  /** In a band, memory is measured after each run of a plugin that others wrote, so that the one that took it is named. */
  #ran(member: number): void {
    if (start.foreign.includes(member)) this.#memory.measure();
  }

  #record(record: TakeRecord): void {
    this.#records.push(record);
    const length =
      record.type === 'back' || record.type === 'rejoin'
        ? record.length
        : record.type === 'zero'
          ? 1
          : Number.POSITIVE_INFINITY;
    const member = streamOf(record);
    const checkpoint = this.#checkpoints.get(member);
    if (checkpoint && checkpoint.length > length) this.#checkpoints.delete(member);
  }

  #emit(event: SessionEvent): void {
    this.#events.push(event);
  }

  /** The time now. After a pause in which nothing ran, the session is told first. */
  #awake(): Seconds {
    const { time, slept } = this.#pauses.look();
    if (slept > 0 && this.#session.pause(time)) {
      const message = `Nothing ran for ${slept.toFixed(0)} s (the machine slept, or the program was stopped): the turn was ended.`;
      this.#emit({ type: 'trouble', time, code: 'SESSION_PAUSED', message });
    }
    return time;
  }

  // ---------------------------------------------------------------- messages

  #take(message: ToWorker): void {
    switch (message.type) {
      case 'input':
        this.#session.input(message.event);
        if (message.event.type === 'pedal' && this.#sendsOn) this.#output.pedal(message.event.down);
        return;
      case 'moved':
        if (this.#sendsOn) this.#output.move(message.message);
        return;
      case 'command':
        this.#command(message);
        return;
      case 'hold':
        this.#session.hold(message.held, message.time);
        return;
      case 'output':
        if (message.again) this.#output.lose();
        else this.#session.command({ type: 'allOff' }, clock());
        void this.#connect(message);
        return;
      case 'begin': // said once, before the session is there
        return;
      case 'close':
        this.#session.command({ type: 'stop' }, clock());
        if (message.takeEnds) this.#records.push({ type: 'end', time: clock() });
        this.#open = false;
        return;
      default:
        exhausted(message);
    }
  }

  /** Whether the player's notes go to the output too. */
  get #sendsOn(): boolean {
    return this.#session.values.thru === true && this.#session.phase !== 'stopped';
  }

  #command({ command, time }: Extract<ToWorker, { type: 'command' }>): void {
    try {
      this.#session.command(command, time);
    } catch (error) {
      post({ type: 'refused', error: reportOf(error) });
    }
    if (!this.#sendsOn) this.#output.rest();
  }

  async #connect(asked: Extract<ToWorker, { type: 'output' }>): Promise<void> {
    this.#opening++;
    const output = this.#output;
    const answer = () =>
      ({ type: 'output', request: asked.request, name: output.name, id: output.id }) as const;
    try {
      output.use(await this.#port(asked));
      post(answer());
    } catch (error) {
      post({ ...answer(), error: reportOf(error) });
    } finally {
      this.#opening--;
    }
  }

  async #port({ name, lent }: Extract<ToWorker, { type: 'output' }>): Promise<OutputPort | null> {
    if (lent) return new LentPort(lent);
    if (name === null) return null;
    this.#system ??= await openSystemPorts(clock);
    return this.#system.openOutput(name);
  }

  // ---------------------------------------------------------------- turns

  /** Runs a turn. If it throws (plugin code runs in it), the session ends. */
  next(): void {
    try {
      this.turn();
    } catch (error) {
      this.#tell();
      post({ type: 'died', error: reportOf(error) });
      port.close();
    }
  }

  /** Handles a share of the queued messages, sends what is due, reports, and sleeps until the next turn. */
  private turn(): void {
    const heard = Atomics.load(bell, BELL);
    beat();
    this.#awake();
    const nextMessage = () => (this.#open ? receiveMessageOnPort(port) : undefined);
    const more = takeShare(SHARE, nextMessage, ({ message }) => {
      this.#awake();
      this.#take(message);
    });
    const wake = this.#open ? this.#session.advance(this.#awake()) : null;
    this.#tellHealth();
    this.#tell();
    this.#memory.look();
    if (!this.#open) {
      this.#end();
      return;
    }
    const slack = (wake ?? Number.POSITIVE_INFINITY) - clock();
    if (slack > Math.max(CHECKPOINT_SLACK, 2 * this.#copying) && !more) this.#tellCheckpoint();
    const sleep = Math.min(LONGEST_SLEEP, (wake ?? Number.POSITIVE_INFINITY) - clock());
    if (sleep > 0 && this.#opening === 0 && !more) Atomics.wait(bell, BELL, heard, sleep * 1000);
    setImmediate(() => this.next());
  }

  #tellHealth(): void {
    if (clock() < this.#nextHealth) return;
    this.#nextHealth = clock() + HEALTH;
    const { lateness, late, dropped } = this.#session.health();
    this.#emit({ type: 'health', time: clock(), step: this.#engine.median(), lateness, late, dropped });
  }

  #tell(): void {
    if (this.#events.length + this.#records.length === 0) return;
    post({ type: 'batch', events: this.#events, records: this.#records });
    this.#events = [];
    this.#records = [];
  }

  #tellCheckpoint(): void {
    if (this.#checkpoints.size === 0) return;
    const began = monotonic();
    this.#postCheckpoints();
    this.#copying = Math.max(monotonic() - began, 0.9 * this.#copying);
  }

  #postCheckpoints(): void {
    for (const [member, checkpoint] of this.#checkpoints)
      postIfData(checkpoint, (one) => post({ type: 'checkpoint', checkpoint: one, member }));
    this.#checkpoints.clear();
  }

  #end(): void {
    this.#output.use(null);
    const own = this.#checkpoints.get(undefined) ?? null;
    this.#checkpoints.delete(undefined);
    this.#postCheckpoints();
    const closed = (checkpoint: Checkpoint | null) => post({ type: 'closed', checkpoint });
    if (own === null || !postIfData(own, closed)) closed(null);
    for (const { engine } of this.performers) engine.dispose();
    port.close();
  }
}

/**
 * Posts a checkpoint. Returns false where it cannot be cloned, because a plugin's stream gives snapshots that are not data; nothing
 * can then resume from them.
 */
function postIfData(checkpoint: Checkpoint, send: (checkpoint: Checkpoint) => void): boolean {
  try {
    send(checkpoint);
    return true;
  } catch (error) {
    if (error instanceof DOMException || error instanceof RangeError) return false;
    throw error;
  }
}

/** Waits for `begin`, or for a `close` before it. */
function awaitBegin(performers: readonly OpenMember[]): void {
  const heard = Atomics.load(bell, BELL);
  beat();
  const message = (receiveMessageOnPort(port)?.message ?? null) as ToWorker | null;
  if (message?.type === 'begin') {
    beginSession(performers, message);
    return;
  }
  if (message?.type === 'close') {
    post({ type: 'closed', checkpoint: null });
    for (const { engine } of performers) engine.dispose();
    port.close();
    return;
  }
  Atomics.wait(bell, BELL, heard, LONGEST_SLEEP * 1000);
  setImmediate(() => awaitBegin(performers));
}

/** Whether its streams take the beats that are tapped or clocked. */
function followsBeats(codec: Codec): boolean {
  return codec.stream(0).setPulse !== undefined;
}

/** The voices of each member, the first one first, with the channels on which they sound. */
function soundingVoices(performers: readonly OpenMember[]): SoundingVoice[][] {
  const voices = performers.map((performer) => performer.voices);
  const channels = [start.channel, ...channelsOfMembers(start.channel, voices)];
  return performers.map(({ descriptor: { id, name } }, index) => {
    const own: readonly PluginVoice[] = voices[index]!.length > 0 ? voices[index]! : [{ id, name }];
    return own.map((voice) => ({ ...voice, channel: voice.channel ?? channels[index]! + 1 }));
  });
}

function beginSession(performers: readonly OpenMember[], begin: Extract<ToWorker, { type: 'begin' }>): void {
  try {
    new SessionThread(performers, begin).next();
  } catch (error) {
    post({ type: 'died', error: reportOf(error) });
    port.close();
  }
}

try {
  const began = monotonic();
  const performers: HostPerformer[] = [];
  for (const [member, setup] of setupsOf(start.setup).entries()) {
    runs(member);
    const performer = await openHostPerformer(setup, {
      loading: () => post({ type: 'loading', thread: ownThread(), member }),
      loaded: () => post({ type: 'loaded', member }),
    });
    warmUp(performer);
    performers.push(performer);
  }
  const [performer, ...others] = performers as [HostPerformer, ...HostPerformer[]];
  const members = performers.map((one) => ({ ...one, tap: new Tap(one.engine) }));
  const networkOf = (index: number) => ({
    tap: members[index]!.tap.link,
    words: wordsOf(members[index]!.codec),
  });
  const [voices, ...voicesOfOthers] = soundingVoices(performers) as [SoundingVoice[], ...SoundingVoice[][]];
  const codecOf = ({ codec: { id, vocabulary, startToken } }: HostPerformer) => ({
    name: `${id} ${vocabulary.hash}`,
    startToken,
  });
  post({
    type: 'ready',
    loadSeconds: monotonic() - began,
    thread: ownThread(),
    modelHash: performer.modelHash,
    code: performer.code,
    codec: codecOf(performer),
    notation: performer.notation,
    countsBeats: performers.some(({ codec }) => followsBeats(codec)),
    voices: performer.voices,
    network: networkOf(0),
    sounding: voices,
    others: others.map((other, index) => ({
      id: start.setup.members![index]!.id,
      pluginVersion: other.descriptor.version,
      modelHash: other.modelHash,
      codec: codecOf(other),
      voices: voicesOfOthers[index]!,
      network: networkOf(index + 1),
    })),
  });
  awaitBegin(members);
} catch (error) {
  post({ type: 'failed', error: reportOf(error) });
}
