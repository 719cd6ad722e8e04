import { kerasNetwork, randomSource } from '../model/keras-init.js';
import { openEngine } from '../model/open.js';
import { Tap, TapReader } from '../model/tap/index.js';
import { SPEC } from './step.js';

/** What a tap adds to a step, as a share of the step. */
export interface TapCost {
  /** The step without a tap, milliseconds. */
  readonly stepMs: number;
  readonly closed: number;
  /** Every step is copied whole. */
  readonly open: number;
}

const CALLS = 40;

/**
 * Times steps without a tap, with a closed one and with an open one, in turn: each is compared with the step beside it, so that a slow
 * spell of the machine affects all three.
 */
export async function benchTap(rounds: number): Promise<TapCost> {
  const engine = await openEngine(kerasNetwork(SPEC, 1));
  const random = randomSource(2);
  const state = engine.createState();
  const logits = new Float32Array(SPEC.outputClasses);
  const mask = new Uint8Array(SPEC.outputClasses).fill(1);
  const biased = new Float32Array(SPEC.outputClasses);
  let position = 0;
  const token = new Int32Array(1);
  const step = (tap: Tap | null) => {
    token[0] = Math.floor(random() * SPEC.inputClasses);
    const began = performance.now();
    if (tap?.isOpen)
      tap.write({ position, time: position, token: token[0], drawn: true, state, logits, biased, mask });
    logits.set(engine.step([state], token));
    position++;
    return performance.now() - began;
  };

  const [closed, open] = [new Tap(engine), new Tap(engine)];
  const reader = new TapReader(open.link);
  reader.open();
  const contestants = [null, closed, open];
  const times: number[][] = contestants.map(() => []);
  for (let call = -3 * CALLS; call < rounds * CALLS; call++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (turn + Math.abs(call)) % contestants.length;
      const took = step(contestants[index]!);
      if (call >= 0) times[index]!.push(took); // before that the compilers are at work
    }
    if (call % 16 === 0) reader.read();
  }
  engine.dispose();
  const [bare, ...tapped] = times as [number[], ...number[][]];
  const added = tapped.map((own) => median(own.map((took, call) => took / bare[call]! - 1)));
  return { stepMs: median(bare), closed: added[0]!, open: added[1]! };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
