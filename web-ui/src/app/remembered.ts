import { z } from 'zod';
import type { BookStorage } from '../compose/piece-book.js';
import { HIGHEST_OCTAVE, LOWEST_OCTAVE } from '../keyboard/key-map.js';

const KEY = 'continuo.panel';

const stored = z.object({
  volume: z.number().min(0).max(1).catch(0.8),
  hearKeyboard: z.boolean().catch(false),
  /** The pitch of the computer's A key. */
  base: z
    .int()
    .min(LOWEST_OCTAVE)
    .max(HIGHEST_OCTAVE)
    .refine((pitch) => pitch % 12 === 0)
    .catch(60),
  /** The plugin that was asked for pieces last. */
  composer: z.string().optional().catch(undefined),
  /** The piece that is open, by plugin: its number in the book. */
  pieces: z.record(z.string(), z.int().min(0)).catch({}),
});
type Settings = z.infer<typeof stored>;

/** How this browser was left: it is found so again. Where the browser keeps nothing, for as long as the page is there. */
export class Remembered {
  #settings: Settings;

  constructor(private readonly storage: BookStorage | undefined) {
    this.#settings = stored.parse(this.#read());
  }

  get settings(): Readonly<Settings> {
    return this.#settings;
  }

  set(change: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...change };
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.#settings));
    } catch {
      // Refused, or full: not worth a word.
    }
  }

  /** What another program wrote, or a hand, counts as far as it makes sense. */
  #read(): object {
    try {
      const value: unknown = JSON.parse(this.storage?.getItem(KEY) ?? '{}');
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
    } catch {
      return {};
    }
  }
}
