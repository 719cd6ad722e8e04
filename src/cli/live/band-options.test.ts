import { describe, expect, it } from 'vitest';
import { askedMember, givenTo, partedSet } from './band-options.js';

describe('--with', () => {
  it('is a plugin, its model and its mode, also where they are folders', () => {
    const cases: [string, object][] = [
      ['drums', { plugin: 'drums' }],
      ['piano:piano-pop', { plugin: 'piano', model: 'piano-pop' }],
      ['piano@duet', { plugin: 'piano', mode: 'duet' }],
      ['./mine:../models/a@solo', { plugin: './mine', model: '../models/a', mode: 'solo' }],
      ['C:\\mine:D:\\a', { plugin: 'C:\\mine', model: 'D:\\a' }],
    ];
    for (const [text, asked] of cases) expect(askedMember(text)).toEqual(asked);
  });

  it('refuses what is none', () => {
    for (const text of ['', ':x', '@duet', 'a:', 'a@', 'a:b:c'])
      expect(() => askedMember(text)).toThrow(expect.objectContaining({ code: 'OPTION_VALUE' }));
    expect(() => askedMember('piano@waltz')).toThrow(expect.objectContaining({ code: 'OPTION_VALUE' }));
  });

  it('may be given as often as there are members, or as a list', () => {
    expect(
      givenTo('--with', ['--with', 'drums', '--seed', '1', '--with=piano:a', '--', '--with', 'b']),
    ).toEqual(['drums', 'piano:a']);
    expect(givenTo('--with', ['--with', 'drums,piano'])).toEqual(['drums', 'piano']);
    expect(givenTo('--with', ['--without', 'drums'])).toEqual([]);
  });
});

it('--set parts its pairs by members', () => {
  expect(partedSet(undefined)).toEqual({ own: undefined, ofMembers: new Map() });
  const { own, ofMembers } = partedSet(
    'topP=0.9,drums.style=rock,lead.lowest=48,drums.swing=1,piano-2.topP=0.5',
  );
  expect(own).toBe('topP=0.9,lowest=48');
  expect([...ofMembers]).toEqual([
    ['drums', 'style=rock,swing=1'],
    ['piano-2', 'topP=0.5'],
  ]);
});
