import { expect, it } from 'vitest';
import type { SessionDescription } from '../../../src/protocol/session-protocol.js';
import { comingInWords } from './coming-words.js';

const piano = { id: 'piano', name: 'Piano' };
const pop = { id: 'piano-pop', name: 'Pop' };
const drums = { id: 'drums', name: 'Drums' };
const playing = { plugin: piano, model: pop } as SessionDescription;
const coming = { plugin: piano, model: pop, ready: true };

it.each([
  [{ ...coming, plugin: drums, model: pop }, playing, 'Drums plays at the next phrase.'],
  [{ ...coming, model: { id: 'b', name: 'Classical' } }, playing, 'Classical plays at the next phrase.'],
  [coming, playing, 'The new Pop plays at the next phrase.'],
  [{ ...coming, members: [drums] }, playing, 'The new band plays at the next phrase.'],
  [
    coming,
    { ...playing, members: [{}, { plugin: drums }] } as unknown as SessionDescription,
    'Piano alone plays at the next phrase.',
  ],
])('says what comes', (comes, plays, words) => {
  expect(comingInWords(comes, plays)).toBe(words);
});
