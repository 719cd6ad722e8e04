import { expect, it } from 'vitest';
import { printable } from './printable.js';

it.each([
  ['a sentence, “quoted”: 3/8 – é 音 🎵', 'a sentence, “quoted”: 3/8 – é 音 🎵'],
  ['two\n  lines\tand a tab', 'two\n  lines\tand a tab'],
  ['\x1b[2Jgone\x07', '\\u{1b}[2Jgone\\u{7}'],
  ['over\rwritten', 'over\\u{d}written'],
  ['\x9b31mred\x00', '\\u{9b}31mred\\u{0}'],
  ['\u202edrawkcab', '\\u{202e}drawkcab'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});
