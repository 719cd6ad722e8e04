import type { StepEngine } from '../model/engine.js';

/** Puts a memory of the plugin's own around the networks that it plays with. */
export interface MemoryExtension {
  /**
   * An engine around the engine of one of the plugin's models, as its model.json says (`modelData`): its states remember past tokens,
   * its steps weigh what they remember. The engine itself where model.json says nothing. `isOn`: whether a user left the memory of this
   * name on; most are `recall`. It applies wherever the model is opened: live, offline, for whole pieces, when it is measured. The
   * same tokens give the same logits, to the bit, also after a snapshot. Throws MODEL_BROKEN.
   */
  around(
    engine: StepEngine,
    modelData: Readonly<Record<string, unknown>>,
    isOn: (name: string) => boolean,
  ): StepEngine;
}
