/// <reference lib="dom" />
import type { Page } from 'playwright-core';

interface RollNote {
  readonly voice: 'player' | 'model';
  readonly part?: string;
  readonly pitch: number;
  readonly velocity: number;
  readonly start: number;
  readonly end: number | undefined;
}

/** What the panel's root element tells a test. */
interface App extends HTMLElement {
  readonly notes: readonly RollNote[];
  readonly sounding: number;
  readonly level: number;
}

/** How many pixels of the roll have a voice's own colour, left and right of the line of now. */
function voicePixels(voice: 'player' | 'model'): { past: number; ahead: number } {
  const app = document.querySelector('continuo-app')!;
  const probe = document.createElement('span');
  probe.style.color = `var(--${voice})`;
  document.body.append(probe);
  const [r, g, b] = getComputedStyle(probe).color.match(/\d+/g)!.map(Number) as [number, number, number];
  probe.remove();
  const canvas = app.shadowRoot!.querySelector('continuo-roll')!.shadowRoot!.querySelector('canvas')!;
  const { data, width } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const found = { past: 0, ahead: 0 };
  for (let i = 0; i < data.length; i += 4) {
    // Softer notes are paler: near enough to the voice's colour, and far from every grey.
    const near = Math.abs(data[i]! - r) + Math.abs(data[i + 1]! - g) + Math.abs(data[i + 2]! - b) < 120;
    if (near) found[(i / 4) % width < 0.745 * width ? 'past' : 'ahead']++;
  }
  return found;
}

export const app = <T>(page: Page, read: (app: App) => T): Promise<T> =>
  page.locator('continuo-app').evaluate(read as (element: Element) => T);

export const pixels = (page: Page, voice: 'player' | 'model') => page.evaluate(voicePixels, voice);

export const modelNotes = (page: Page) =>
  app(page, ({ notes }) => notes.filter(({ voice }) => voice === 'model').length);

export async function playPhrase(page: Page): Promise<void> {
  for (const key of ['a', 'd', 'g', 'k', 'g', 'd']) await page.keyboard.press(key, { delay: 90 });
}

/** A voice's notes in the order of a take. */
export function notesOf(notes: readonly RollNote[], wanted: RollNote['voice']) {
  return notes
    .filter(({ voice, start, end }) => voice === wanted && end !== start)
    .map(({ pitch, velocity, start, end }) => ({ pitch, velocity, start, end }))
    .sort((a, b) => a.start - b.start || a.pitch - b.pitch);
}
