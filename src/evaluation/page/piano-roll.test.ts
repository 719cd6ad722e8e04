import { expect, it } from 'vitest';
import { pianoRoll } from './piano-roll.js';

it('draws a note where it sounds, and not what lies outside', () => {
  const note = { velocity: 127, end: 2 };
  const { text } = pianoRoll({
    title: 'a <b>',
    parts: [
      {
        name: 'x',
        notes: [
          { ...note, pitch: 60, start: 1 },
          { ...note, pitch: 62, start: 1 },
          { ...note, pitch: 90, start: 1 },
          { ...note, pitch: 60, start: 11, end: 12 },
        ],
        series: 1,
      },
    ],
    seconds: 10,
    mark: { at: 5, name: 'here' },
    range: [55, 65],
  });
  const bars = [...text.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)].map(
    ([, x, y, width]) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
    }),
  );
  expect(bars).toHaveLength(2);
  expect(bars[0]!.y).toBeGreaterThan(bars[1]!.y);
  expect(bars[0]!.x).toBeCloseTo(30 + 87, 1);
  expect(bars[0]!.width).toBeCloseTo(87 - 0.6, 1);
  expect(text).toContain('a &lt;b&gt;');
  expect(text).not.toMatch(/NaN|undefined/);
});
