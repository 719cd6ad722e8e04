import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { clockFrom, monotonic } from '../host/live/clock.js';
import { warmUp } from '../host/live/engine/warm-up.js';
import { defaultModel } from '../host/models/models.js';
import { openHostPerformer } from '../host/models/open-host-performer.js';
import { readDescriptor } from '../host/plugins/plugins.js';
import type { PerformanceEvent } from '../music/note.js';
import { Session } from '../session/session.js';

export interface JamResult {
  readonly model: string;
  readonly replies: number;
  /** From the hand-over to the first note at the port, milliseconds. */
  readonly replyMsP50: number;
  readonly replyMsP99: number;
  /** How late notes reached the port, milliseconds. */
  readonly latenessMsP50: number;
  readonly latenessMsP99: number;
  readonly notes: number;
  /** From the start of the program until its panel can be opened, milliseconds. */
  readonly readyMs: number;
}

/** Pitches of the six-note phrase, and seconds between phrases. */
const PHRASE = [60, 64, 67, 72, 67, 64];
const EVERY = 2.4;
/** Session time played beforehand: enough to exceed the 4,096 tokens that a memory keeps. */
const HEARD = 240;

/**
 * Measures a jam in answer mode for `seconds` of real time, on an in-memory port, with a model whose memory is full. Phrases are
 * played by the clock, the thread sleeps between events as the host's worker does, and each note is timed when it reaches the port.
 */
export async function benchJam(seconds = 60): Promise<JamResult> {
  const { models } = await readDescriptor('piano');
  const model = defaultModel(models);
  const performer = await openHostPerformer({
    plugin: 'piano',
    model,
    engine: 'kernel',
    precision: 'int8',
    seed: 1,
  });
  warmUp(performer);
  let clock = () => HEARD;
  const replies: number[] = [];
  let handOver: number | null = null;
  const session = new Session({
    ...performer,
    pluginParams: performer.descriptor.params,
    clock: () => clock(),
    mode: 'listen',
    time: 0,
    output: {
      noteOn() {
        if (handOver === null) return;
        replies.push(1000 * (clock() - handOver));
        handOver = null;
      },
      noteOff() {},
      silence() {},
    },
    emit(event) {
      if (event.type === 'phase' && event.takeOverAt !== undefined) handOver = event.takeOverAt;
    },
    record() {},
  });
  session.command({ type: 'start' }, 0);
  for (const event of phrases(0, HEARD, 0.7)) session.input(event);
  session.command({ type: 'mode', mode: 'answer' }, HEARD);
  clock = clockFrom(monotonic() - HEARD);
  const end = HEARD + seconds;
  const inputs = phrases(HEARD, end - EVERY, EVERY);
  const bell = new Int32Array(new SharedArrayBuffer(4));
  while (clock() < end) {
    while (inputs.length > 0 && inputs[0]!.time <= clock()) session.input(inputs.shift()!);
    const wake = Math.min(session.advance(clock()) ?? end, inputs[0]?.time ?? end);
    const sleep = wake - clock();
    if (sleep > 0) Atomics.wait(bell, 0, 0, 1000 * sleep);
  }
  const { lateness } = session.health();
  performer.engine.dispose();
  const sorted = replies.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return {
    model,
    replies: replies.length,
    replyMsP50: at(0.5),
    replyMsP99: at(0.99),
    latenessMsP50: 1000 * lateness.p50,
    latenessMsP99: 1000 * lateness.p99,
    notes: session.health().sent,
    readyMs: await coldStart(),
  };
}

/** Phrases from session time `from` to `until`, one each `every` seconds. */
function phrases(from: number, until: number, every: number): PerformanceEvent[] {
  const events: PerformanceEvent[] = [];
  for (let begin = from + 0.2; begin < until - 0.6; begin += every) {
    PHRASE.forEach((pitch, index) => {
      const time = begin + 0.1 * index;
      events.push(
        { type: 'noteOn', time, pitch, velocity: 80 },
        { type: 'noteOff', time: time + 0.09, pitch },
      );
    });
  }
  return events;
}

/** Starts the program as a user does, without a browser, and waits until it prints the panel's address. Returns milliseconds. */
async function coldStart(): Promise<number> {
  const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  const began = performance.now();
  const child = spawn(process.execPath, [main, 'start', '--no-open', '--no-take', '--port', '0']);
  const ready = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', () => resolve(performance.now() - began));
    child.once('exit', (code) => reject(new Error(`continuo start ended with ${code}`)));
  });
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  return ready;
}
