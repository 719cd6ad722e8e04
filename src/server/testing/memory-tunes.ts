import type { TuneAnswer, TuneControl, TuneSoFar, TuneTask, TuneWatch } from '../../host/compose/control.js';

interface Waiting {
  readonly task: TuneTask;
  readonly watch: TuneWatch;
  resolve(tune: TuneAnswer): void;
  reject(error: Error): void;
}

/** A test double of a maker of tunes: what was asked for waits until a test answers, the first first. */
export class MemoryTunes implements TuneControl {
  #waiting: Waiting[] = [];

  get asked(): TuneTask[] {
    return this.#waiting.map(({ task }) => task);
  }

  make(task: TuneTask, watch: TuneWatch = {}): Promise<TuneAnswer> {
    return new Promise((resolve, reject) => {
      const waiting = { task, watch, resolve, reject };
      this.#waiting.push(waiting);
      watch.signal?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(watch.signal?.reason);
      });
    });
  }

  grow(soFar: TuneSoFar): void {
    this.#waiting[0]?.watch.grows?.(soFar);
  }

  /** Answers with a tune of one note. */
  give(): TuneAnswer {
    const { task, resolve } = this.#waiting.shift()!;
    const tune: TuneAnswer = {
      abc: 'X:1\nT:One note\nM:4/4\nL:1/8\nK:C\nC8|]\n',
      title: 'One note',
      bars: [{ number: 1, part: 'A' }],
      notes: [{ pitch: 60, velocity: 80, start: 0, end: 2 }],
      bpm: 120,
      midi: 'TVRoZA==',
      lost: {},
      ...(task.type === 'make' && {
        made: {
          settings: { ...task.settings, seed: task.settings.seed ?? 1 },
          model: { id: 'folk-session', hash: '0123456789abcdef' },
          ...{ cut: 0.03, forced: 0.01, inPart: false },
        },
      }),
    };
    resolve(tune);
    return tune;
  }

  refuse(error: Error): void {
    this.#waiting.shift()!.reject(error);
  }

  async close(): Promise<void> {}
}
