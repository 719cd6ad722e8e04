import { uniform } from '../model/random.js';
import { createSampler, type Sampler, type SamplerSettings } from '../model/sampler.js';
import type { ParamValues } from '../plugin/definition.js';
import { idOfRole, type ParamSpecs } from '../plugin/params.js';
import type { VoiceParts } from '../session/model-voice.js';

/** A sampler for each number of classes: it keeps nothing between two calls, so that all sessions of a thread can have one. */
const samplers = new Map<number, Sampler>();

function samplerFor(classes: number): Sampler {
  const sampler = samplers.get(classes) ?? createSampler(classes);
  samplers.set(classes, sampler);
  return sampler;
}

/**
 * Makes the function by which a session draws tokens, from the parameters with the roles of the sampler (`temperature`, `topK`,
 * `topP`). Randomness depends only on (seed, branch, number of draws in the branch), so the same input gives the same notes.
 */
export function drawFactory(classes: number, seed: number, specs: ParamSpecs): VoiceParts['createDraw'] {
  const sampler = samplerFor(classes);
  const samplerSettings = settingsBy(specs);
  return (branch, params, drawn = 0) => {
    const settings = samplerSettings(params);
    let index = drawn;
    return (logits, mask) => sampler.draw(logits, settings, mask, uniform(seed, branch, index++));
  };
}

/** Reads sampler settings from the parameters with the sampler's roles; neutral where the plugin declares none. */
function settingsBy(specs: ParamSpecs): (params: ParamValues) => SamplerSettings {
  const temperature = idOfRole(specs, 'temperature');
  const topK = idOfRole(specs, 'topK');
  const topP = idOfRole(specs, 'topP');
  const value = (params: ParamValues, id: string | undefined, neutral: number) =>
    Number((id === undefined ? null : params[id]) ?? neutral);
  return (params) => ({
    temperature: value(params, temperature, 1),
    topK: value(params, topK, 0),
    topP: value(params, topP, 1),
  });
}
