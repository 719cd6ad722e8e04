import { uniform } from '../model/random.js';
import { createSampler, type SamplerSettings } from '../model/sampler.js';
import type { ParamValues } from '../plugin/definition.js';
import { idOfRole, type ParamSpecs } from '../plugin/params.js';
import type { VoiceParts } from '../session/model-voice.js';

/**
 * How a session draws its tokens, by the parameters that have the sampler's roles: randomness depends on (seed, branch, how many were
 * drawn in the branch) alone, so that the same input gives the same notes.
 */
export function drawFactory(classes: number, seed: number, specs: ParamSpecs): VoiceParts['createDraw'] {
  const sampler = createSampler(classes);
  const samplerSettings = settingsBy(specs);
  return (branch, params, drawn = 0) => {
    const settings = samplerSettings(params);
    let index = drawn;
    return (logits, mask) => sampler.draw(logits, settings, mask, uniform(seed, branch, index++));
  };
}

/** The parameters that have the sampler's roles, where the plugin declares them. */
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
