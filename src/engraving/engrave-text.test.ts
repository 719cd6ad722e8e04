import { expect, it } from 'vitest';
import { textBox, withGeneric } from './engrave-text.js';

const font = (family: string, size: number, bold = false) => ({ family, size, bold });

it('is as wide as Chromium measures it in fonts of the same metrics, within 1 %, bold within 8', () => {
  const measured: [string, ReturnType<typeof font>, number][] = [
    ['Jig in Ador, 7-1', font('Times New Roman', 27), 169.9],
    ['The Wind That Shakes the Barley', font('Times New Roman', 27), 365.6],
    ['= 120', font('Times New Roman', 20, true), 46.4],
    ['F#m7b5', font('Helvetica', 16), 58.7],
    ['Em7', font('Helvetica', 16), 32.9],
    ['slow', font('Arial', 16), 32],
  ];
  for (const [text, font, width] of measured)
    expect(Math.abs(textBox(text, font).width / width - 1), text).toBeLessThan(font.bold ? 0.08 : 0.01);
});

it('is as wide as the longest line, and as high as the lines that are not empty at the end', () => {
  const arial = font('Arial', 10);
  expect(textBox('mm\nm', arial).width).toBe(textBox('mm', arial).width);
  expect(textBox('m\nm', arial).height).toBeCloseTo(textBox('m', arial).height + 12, 6);
  expect(textBox('m\n\n', arial)).toEqual(textBox('m', arial));
  expect(textBox('é', arial).width).toBe(5);
});

it('names the generic family that stands in', () => {
  expect([withGeneric('Times New Roman'), withGeneric('Helvetica')]).toEqual([
    'Times New Roman, serif',
    'Helvetica, sans-serif',
  ]);
});
