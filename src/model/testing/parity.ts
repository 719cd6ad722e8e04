import type { StepEngine } from '../engine.js';
import { randomSource } from '../keras-init.js';

/** Feeds `steps` seeded tokens into two engines; returns the largest difference of their logits and the largest logit. */
export function teacherForced(
  a: StepEngine,
  b: StepEngine,
  steps: number,
): { difference: number; largest: number } {
  const random = randomSource(99);
  const [stateA, stateB] = [[a.createState()], [b.createState()]];
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < steps; i++) {
    const token = [Math.floor(random() * a.spec.inputClasses)];
    const logits = a.step(stateA, token);
    const others = b.step(stateB, token);
    for (let c = 0; c < logits.length; c++) {
      difference = Math.max(difference, Math.abs(logits[c]! - others[c]!));
      largest = Math.max(largest, Math.abs(logits[c]!));
    }
  }
  return { difference, largest };
}
