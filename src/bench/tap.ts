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
  /** With the gates of the layers, by a step that keeps them. */
  readonly gates: number;
}

const CALLS = 40;

/**
 * Times steps without a tap, with a closed one, an open one and one with gates, in turn: each is compared with the step beside it, so that a
 * slow spell of the machine affects all of them.
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
    // Here they share an engine, so that all have its weights in the cache.
    if (tap === gates) engine.keepGates!(true);
    token[0] = Math.floor(random() * SPEC.inputClasses);
    const began = performance.now();
    if (tap?.isOpen)
      tap.write({ position, time: position, token: token[0], drawn: true, state, logits, biased, mask });
    logits.set(engine.step([state], token));
    position++;
    const took = performance.now() - began;
    if (tap === gates) engine.keepGates!(false);
    return took;
  };

  const [closed, open] = [new Tap(engine), new Tap(engine)];
  const gates = new Tap({ spec: engine.spec, keepGates: () => {} });
  const readers = [new TapReader(open.link), new TapReader(gates.link)];
  readers[0]!.open();
  readers[1]!.open({ gates: true });
  const contestants = [null, closed, open, gates];
  const times: number[][] = contestants.map(() => []);
  for (let call = -3 * CALLS; call < rounds * CALLS; call++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (turn + Math.abs(call)) % contestants.length;
      const took = step(contestants[index]!);
      if (call >= 0) times[index]!.push(took); // before that the compilers are at work
    }
    if (call % 16 === 0) for (const reader of readers) reader.read();
  }
  engine.dispose();
  const [bare, ...tapped] = times as [number[], ...number[][]];
  const added = tapped.map((own) => median(own.map((took, call) => took / bare[call]! - 1)));
  return { stepMs: median(bare), closed: added[0]!, open: added[1]!, gates: added[2]! };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
