import type {
  ComposerChoice,
  ExportTask,
  MakeTask,
  PieceControl,
  PieceFile,
  PieceSoFar,
  PieceWatch,
  ReadTask,
} from '../../host/compose/control.js';
import type { PieceShown } from '../../plugin/piece-schema.js';
import { SONGS } from './songs.js';

interface Waiting {
  readonly asked: MakeTask | ReadTask | ExportTask;
  readonly watch: PieceWatch;
  resolve(answer: PieceShown | PieceFile): void;
  reject(error: Error): void;
}

/** A test double of {@link PieceControl}: requests wait until a test answers them in order. */
export class MemoryPieces implements PieceControl {
  #waiting: Waiting[] = [];
  choices: readonly ComposerChoice[] = [{ id: 'songs', name: 'Songs', compose: SONGS }];

  composers(): readonly ComposerChoice[] {
    return this.choices;
  }

  get asked(): Waiting['asked'][] {
    return this.#waiting.map(({ asked }) => asked);
  }

  make(task: MakeTask, watch?: PieceWatch): Promise<PieceShown> {
    return this.#wait(task, watch) as Promise<PieceShown>;
  }

  read(task: ReadTask, watch?: PieceWatch): Promise<PieceShown> {
    return this.#wait(task, watch) as Promise<PieceShown>;
  }

  write(task: ExportTask, watch?: PieceWatch): Promise<PieceFile> {
    return this.#wait(task, watch) as Promise<PieceFile>;
  }

  #wait(asked: Waiting['asked'], watch: PieceWatch = {}): Promise<PieceShown | PieceFile> {
    return new Promise((resolve, reject) => {
      const waiting = { asked, watch, resolve, reject };
      this.#waiting.push(waiting);
      watch.signal?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(watch.signal?.reason);
      });
    });
  }

  grow(soFar: PieceSoFar): void {
    this.#waiting[0]?.watch.grows?.(soFar);
  }

  /** Answers with a song of one note. */
  give(): PieceShown {
    const { asked, resolve } = this.#waiting.shift()!;
    const piece: PieceShown = {
      text: 'X:1\nT:One note\nM:4/4\nL:1/8\nK:C\nC8|]\n',
      title: 'One note',
      segments: [{ number: 1, part: 'A' }],
      notes: [{ pitch: 60, velocity: 80, start: 0, end: 2 }],
      bpm: 120,
      lost: {},
      notices: [],
      ...('options' in asked && {
        made: { options: asked.options, seed: ('seed' in asked && asked.seed) || 1, why: [], remarks: [] },
      }),
    };
    resolve(piece);
    return piece;
  }

  /** Answers with a file of two bytes. */
  giveFile(): PieceFile {
    const file = { content: 'TVQ=', binary: true };
    this.#waiting.shift()!.resolve(file);
    return file;
  }

  refuse(error: Error): void {
    this.#waiting.shift()!.reject(error);
  }

  async close(): Promise<void> {}
}
