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
  /** The plugin last used to make pieces. */
  composer: z.string().optional().catch(undefined),
  /** Number in the book of the open piece, by plugin. */
  pieces: z.record(z.string(), z.int().min(0)).catch({}),
});
type Settings = z.infer<typeof stored>;

/** The panel's settings in this browser. Without storage they last until the page is left. */
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
      // Storage is refused or full; the user need not know.
    }
  }

  /** Invalid stored values are ignored one by one. */
  #read(): object {
    try {
      const value: unknown = JSON.parse(this.storage?.getItem(KEY) ?? '{}');
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
    } catch {
      return {};
    }
  }
}
