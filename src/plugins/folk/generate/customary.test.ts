import { describe, expect, it } from 'vitest';
import { customary } from './customary.js';

const rest = { form: 'AABB', bars: 8, range: 'any' };

describe('what players call a tune', () => {
  it.each([
    [{ meter: '12/8' }, 'slide', /since no type was asked for/],
    [{ meter: '9/8' }, 'slip-jig', /a slip jig/],
    [{ meter: ' 12/8', type: 'jig' }, 'slide', /is a slide/],
    [{ meter: '9/8', type: 'jig' }, 'slip-jig', /is a slip jig/],
    [{ meter: '6/8', type: 'jig' }, 'jig', undefined],
    [{ meter: '12/8', type: 'march' }, 'march', undefined],
    [{ meter: '6/8' }, undefined, undefined],
    [{ type: 'jig' }, 'jig', undefined],
    [{ meter: '12' }, undefined, undefined],
  ])('%j is a %s', (said, type, note) => {
    const named = customary({ ...rest, ...said });
    expect(named.request).toEqual({ ...rest, ...said, ...(type && { type }) });
    if (note) expect(named.note).toMatch(note);
    else expect(named.note).toBeUndefined();
  });
});
