import type { TuneAnswer, TuneControl } from '../../host/tune-control.js';
import type { TuneSettings } from '../../plugin/tune-options.js';

interface Waiting {
  readonly settings: TuneSettings;
  resolve(tune: TuneAnswer): void;
  reject(error: Error): void;
}

/** A test double of a maker of tunes: what was asked for waits until a test answers, the first first. */
export class MemoryTunes implements TuneControl {
  readonly #waiting: Waiting[] = [];

  get asked(): TuneSettings[] {
    return this.#waiting.map(({ settings }) => settings);
  }

  make(settings: TuneSettings): Promise<TuneAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ settings, resolve, reject });
    });
  }

  /** Answers with a tune of one note. */
  give(): TuneAnswer {
    const { settings, resolve } = this.#waiting.shift()!;
    const tune: TuneAnswer = {
      abc: 'X:1\nT:One note\nM:4/4\nL:1/8\nK:C\nC8|]\n',
      title: 'One note',
      settings: { ...settings, seed: settings.seed ?? 1 },
      model: { id: 'folk-session', hash: '0123456789abcdef' },
      notes: [{ pitch: 60, velocity: 80, start: 0, end: 2 }],
      bpm: 120,
    };
    resolve(tune);
    return tune;
  }

  refuse(error: Error): void {
    this.#waiting.shift()!.reject(error);
  }

  async close(): Promise<void> {}
}
