import { expect, it } from 'vitest';
import { defaultValues, type ParamSpecs, specsOfVersion } from './params.js';

const specs: ParamSpecs = {
  old: { type: 'toggle', default: true },
  lead: { type: 'float', min: 0, max: 2, default: 1, since: { version: '1.10.0', before: 0 } },
};

it.each([
  ['1.0.0', 0],
  ['1.9.3', 0],
  ['1.10.0', 1],
  ['2.0.0', 1],
])('in version %s of a plugin, what came with 1.10.0 is %d', (version, lead) => {
  expect(defaultValues(specsOfVersion(specs, version))).toEqual({ old: true, lead });
});
