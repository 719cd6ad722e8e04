/**
 * The thread that a session lives in: engine, session, scheduler and MIDI output. Nothing else touches them.
 * It sleeps in Atomics.wait, which wakes more punctually than a timer does, until the next note is due or the bell rings.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openSystemPorts, type PortSystem } from '../midi/index.js';
import type { Seconds } from '../music/units.js';
import type { SessionEvent } from '../session/events.js';
import { Session } from '../session/session.js';
import type { TakeRecord } from '../session/take.js';
import { assemble } from './assemble.js';
import { clockFrom, monotonic } from './clock.js';
import { reportOf } from './error-report.js';
import { Pauses } from './pauses.js';
import { openOutput } from './ports.js';
import { SentLog } from './sent-log.js';
import { StepTimer } from './step-timer.js';
import { takeShare } from './take-share.js';
import { warmUp } from './warm-up.js';
import { PortOutput } from './worker-output.js';
import { BEATS, BELL, type FromWorker, LOST, type ToWorker, type WorkerStart } from './worker-protocol.js';

const port = parentPort as MessagePort;
const start = workerData as WorkerStart;
const bell = new Int32Array(start.bell);
const clock = clockFrom(start.zero);
const beat = () => void Atomics.add(bell, BEATS, 1);
const post = (message: FromWorker) => port.postMessage(message);

/** How often health is told, and the longest sleep: the event loop turns at least that often. */
const HEALTH: Seconds = 1;
const LONGEST_SLEEP: Seconds = 0.25;
/** Messages that are taken in one turn: between them what is due is sent, however many wait. */
const SHARE = 32;

try {
  await run();
} catch (error) {
  post({ type: 'failed', error: reportOf(error) });
}

async function run(): Promise<void> {
  const began = monotonic();
  const ensemble = await assemble(start.setup);
  warmUp(ensemble);
  const engine = new StepTimer(ensemble.engine, monotonic, beat);
  let events: SessionEvent[] = [];
  let records: TakeRecord[] = [];
  const emit = (event: SessionEvent) => void events.push(event);
  const sent = new SentLog(start.sent);
  const output = new PortOutput(
    start.channel,
    () => post({ type: 'output', request: LOST, name: null, id: null }),
    (message) => sent.add(message, clock()),
  );
  const session = new Session({
    ...ensemble,
    engine,
    pluginParams: ensemble.descriptor.params,
    output,
    percussion: output.percussion,
    clock,
    mode: start.mode,
    time: start.time,
    firstId: start.firstId,
    emit,
    record: (record) => void records.push(record),
  });
  post({ type: 'ready', loadSeconds: monotonic() - began, modelHash: ensemble.modelHash });

  /** Ports are opened across turns of the event loop: until then the worker does not sleep. */
  let opening = 0;
  let open = true;
  let nextHealth = clock();

  let system: PortSystem | null = null;

  async function connect(name: string | null, request: number): Promise<void> {
    opening++;
    const answer = () => ({ type: 'output', request, name: output.name, id: output.id }) as const;
    try {
      if (name !== null) system ??= await openSystemPorts(clock);
      output.use(name === null ? null : openOutput(system!, name));
      post(answer());
    } catch (error) {
      post({ ...answer(), error: reportOf(error) });
    } finally {
      opening--;
    }
  }

  /** Whether what the player does goes to the output too. */
  const sendsOn = () => session.values.thru === true && session.phase !== 'stopped';
  const pauses = new Pauses(clock);
  /** The time now. Where nothing ran for a while, the session is told so before anything else. */
  function awake(): Seconds {
    const { time, slept } = pauses.look();
    if (slept > 0 && session.pause(time)) {
      const message = `Nothing ran for ${slept.toFixed(0)} s (the machine slept, or the program was stopped): the turn was ended.`;
      emit({ type: 'trouble', time, code: 'SESSION_PAUSED', message });
    }
    return time;
  }

  function take(message: ToWorker): void {
    switch (message.type) {
      case 'input':
        session.input(message.event);
        if (message.event.type === 'pedal' && sendsOn()) output.pedal(message.event.down);
        return;
      case 'moved':
        if (sendsOn()) output.move(message.message);
        return;
      case 'command':
        try {
          session.command(message.command, message.time);
        } catch (error) {
          post({ type: 'refused', error: reportOf(error) });
        }
        if (!sendsOn()) output.rest();
        return;
      case 'output':
        if (message.again) output.lose();
        else session.command({ type: 'allOff' }, clock());
        void connect(message.name, message.request);
        return;
      case 'close':
        session.command({ type: 'stop' }, clock());
        records.push({ type: 'end', time: clock() });
        open = false;
    }
  }

  const nextMessage = () => (open ? receiveMessageOnPort(port) : undefined);

  function turn(): void {
    const heard = Atomics.load(bell, BELL);
    beat();
    awake();
    const more = takeShare(SHARE, nextMessage, ({ message }) => {
      awake();
      take(message);
    });
    const wake = open ? session.advance(awake()) : null;
    if (clock() >= nextHealth) {
      nextHealth = clock() + HEALTH;
      const { lateness, late, dropped } = session.health();
      emit({ type: 'health', time: clock(), step: engine.median(), lateness, late, dropped });
    }
    if (events.length + records.length > 0) {
      post({ type: 'batch', events, records });
      events = [];
      records = [];
    }
    if (!open) {
      output.use(null);
      post({ type: 'closed', steps: engine.steps, state: session.state() });
      ensemble.engine.dispose();
      port.close();
      return;
    }
    const sleep = Math.min(LONGEST_SLEEP, (wake ?? Number.POSITIVE_INFINITY) - clock());
    if (sleep > 0 && opening === 0 && !more) Atomics.wait(bell, BELL, heard, sleep * 1000);
    setImmediate(turn);
  }
  turn();
}
