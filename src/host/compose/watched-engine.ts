import type { StepEngine } from '../../model/engine.js';

/** An engine that calls `check` before each step; it throws where the work is given up. */
export function watched(engine: StepEngine, check: () => void): StepEngine {
  return {
    name: engine.name,
    spec: engine.spec,
    get steps() {
      return engine.steps;
    },
    createState: () => engine.createState(),
    step(states, tokens) {
      check();
      return engine.step(states, tokens);
    },
    dispose: () => engine.dispose(),
  };
}
