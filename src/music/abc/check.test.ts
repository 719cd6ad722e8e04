import { expect, it } from 'vitest';
import { checkTune } from './check.js';
import { readAbc } from './read.js';
import { COOLEYS, HORNPIPE, KESH } from './testing/tunes.js';

const check = (text: string) => checkTune(readAbc(text)[0]!.tune!);
const music = (lines: string) => check(`X:1\nM:4/4\nL:1/8\nK:C\n${lines}\n`);
const places = (found: readonly { place: { line: number; column: number } }[]) =>
  found.map(({ place }) => `${place.line}:${place.column}`);

it.each([
  ['a jig', KESH],
  ['pickups, triplets and endings', COOLEYS],
  ['broken rhythm and ties', HORNPIPE],
])('finds nothing wrong with %s', (_, text) => {
  expect(check(text)).toEqual({ errors: [], warnings: [] });
});

it.each([
  ['a pickup and its complement', 'G|C4D4|E4F3:|G|A4B4|c7|]'],
  ['a bar divided by a repeat', '|:C4D4|E4:|:F4|G4A4|B4:|C4|D8|]'],
  ['endings that divide a bar', '|:C4D4|E4|1F4:|2G4|A8|]'],
  ['tuplets and broken rhythm', '(3CDE (3FGA B>c d<e|C8|]'],
  ['a meter that changes', 'C8|[M:3/4]C6|D6|]'],
])('takes %s', (_, lines) => {
  expect(music(lines)).toEqual({ errors: [], warnings: [] });
});

it.each([
  ['|:C8|1,3 D8:|2 E8||F8|]', ['5:6'], 'ending 1,3 is played once: no repeat sign (:|) leads to it again'],
  ['|:C8|1-3 D8:|4 E8:|F8|]', [], undefined],
  ['|:C8|1,3 D8:|2,4 E8:|F8|]', [], undefined],
  ['|:C8|[1-4 D8:|[5 E8|]', [], undefined],
])('warns of endings that are not played as often as they say: %s', (lines, where, reason) => {
  const { errors, warnings } = music(lines);
  expect(errors).toEqual([]);
  expect(places(warnings)).toEqual(where);
  expect(warnings[0]?.reason).toBe(reason);
});

it('says where a bar is not full, and by how much', () => {
  const { errors } = music('C4D4|E4F3|G4A4|B4c6|d8|]');
  expect(places(errors)).toEqual(['5:6', '5:16']);
  expect(errors[0]!.reason).toBe('a bar of 7 eighths in 4/4, which has 8 eighths');
});

it('warns of parts whose ends do not complete one another', () => {
  expect(places(music('C4D4|E4F2:|G4A4|]').warnings)).toEqual(['5:6']);
});

it.each([
  ['|:C8|D8|]', ['5:1'], 'a repeat that begins (|:) and never ends (:|)'],
  ['|:C8|:D8:|', ['5:1'], 'a repeat that begins (|:) and never ends (:|)'],
  ['C8|2D8|]', ['5:4'], 'ending 2 without a first ending'],
  ['|:C8|1D8|2E8:|', ['5:6'], 'a first ending that no repeat sign (:|) closes'],
])('finds the repeat of %s', (lines, at, reason) => {
  const { errors } = music(lines);
  expect(places(errors)).toEqual(at);
  expect(errors[0]!.reason).toBe(reason);
});

it('checks each voice, and says which parts are not there and which voice is longer', () => {
  const { errors, warnings } = music('V:1\nC8|D8|\nV:2\nE8|F7|G8|\n');
  expect(places(errors)).toEqual(['8:4']);
  expect(warnings.map(({ reason }) => reason)).toEqual([
    'voice 2 is not as long as the first when both are played',
  ]);
  const parts = (order: string) =>
    check(`X:1\nP:${order}\nM:4/4\nL:1/8\nK:C\nP:A\nC8|\nP:B\nD8|\n`).warnings.map(({ reason }) => reason);
  expect(parts('AB')).toEqual([]);
  expect(parts('ABC')).toEqual(['P:ABC asks for parts that no P: in the music names; C left out']);
  expect(parts('A(')).toEqual(['P:A( is no order of parts; played as it is written']);
});
