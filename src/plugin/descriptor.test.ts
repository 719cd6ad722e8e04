import { describe, expect, it } from 'vitest';
import { API_VERSION } from './api-version.js';
import { parseDescriptor } from './descriptor.js';
import { RESERVED_PARAM_IDS } from './params.js';
import { coded } from './testing/coded.js';

const plain = {
  apiVersion: API_VERSION,
  id: 'mine',
  name: 'Mine',
  version: '1.0.0',
  extensions: ['live', 'predictor'],
};
const parse = (more: object) => parseDescriptor({ ...plain, ...more }, 'mine/plugin.json');
const temperature = { type: 'float', min: 0, max: 2, default: 1 };

describe('parseDescriptor', () => {
  it('fills in what was left out', () => {
    expect(parse({})).toMatchObject({ params: {}, models: [], unknownExtensions: [] });
  });

  it('leaves out extensions that it does not know, and says which', () => {
    const { extensions, unknownExtensions } = parse({ extensions: ['live', 'dance', 'predictor'] });
    expect([extensions, unknownExtensions]).toEqual([['live', 'predictor'], ['dance']]);
  });

  const [major, minor] = API_VERSION.split('.').map(Number) as [number, number];
  it.each([
    [1, 'a version of the plugin'],
    [`${major + 1}.0`, 'a newer Continuo'],
    [`${major}.${minor + 1}`, 'a newer Continuo'],
    [`${major - 1}.7`, 'a version of the plugin'],
  ])('refuses apiVersion %j before anything else, and names both', (apiVersion, hint) => {
    const error = coded(() => parseDescriptor({ apiVersion, id: '../..' }, 'mine/plugin.json'));
    expect(error).toMatchObject({ code: 'PLUGIN_API', hint: expect.stringContaining(hint) });
    expect(error.message).toContain(JSON.stringify(apiVersion));
    expect(error.message).toContain(JSON.stringify(API_VERSION));
  });

  it.each(RESERVED_PARAM_IDS)("refuses the session's own parameter %s", (id) => {
    const error = coded(() => parse({ params: { [id]: temperature } }));
    expect(error).toMatchObject({ code: 'PARAM_RESERVED', message: expect.stringContaining(id) });
  });

  it.each([
    ['an id that leads outside', { id: '../other' }, 'id'],
    ['code that lies outside', { main: '../../other.js' }, 'main'],
    ['code by its full path', { main: '/etc/other.js' }, 'main'],
    [
      'a role twice',
      { params: { a: { ...temperature, role: 'topP' }, b: { ...temperature, role: 'topP' } } },
      'topP',
    ],
    [
      'a role of another type',
      { params: { a: { type: 'toggle', default: true, role: 'topP' } } },
      'params.a',
    ],
    ['a default beyond the range', { params: { a: { ...temperature, default: 3 } } }, 'default'],
    [
      'a text that is too long',
      { params: { a: { type: 'text', maxLength: 2, default: 'abc' } } },
      'maxLength',
    ],
    ['a predictor that does not play', { extensions: ['predictor'] }, 'predictor'],
    ['a predictor beside a network', { models: ['piano-pop'] }, 'models'],
    ['nothing that predicts', { extensions: ['live'] }, 'models'],
    ['a word that it does not know', { paramz: {} }, 'paramz'],
  ])('refuses %s', (_, more, where) => {
    const error = coded(() => parse(more));
    expect(error).toMatchObject({ code: 'PLUGIN_BROKEN', message: expect.stringContaining(where) });
  });
});
