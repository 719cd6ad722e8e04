import { RefusedTune } from './refusal.js';
import type { Place } from './tune.js';

/** A place in one line of a file. */
export class Cursor {
  at = 0;
  #isMusic: boolean | undefined;

  constructor(
    readonly text: string,
    readonly line: number,
    /** Columns before the text. */
    readonly offset = 0,
  ) {}

  /** Whether the line has bar lines, which lines of words have not. */
  get isMusic(): boolean {
    this.#isMusic ??= this.text.includes('|');
    return this.#isMusic;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  get place(): Place {
    return this.placeAt(this.at);
  }

  placeAt(at: number): Place {
    return { line: this.line, column: this.offset + at + 1 };
  }

  /** The character here, or `ahead` characters further; empty at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  /** Takes what a sticky pattern matches here. */
  take(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text);
    if (found) this.at += found[0].length;
    return found;
  }

  refuse(reason: string, at = this.at): never {
    throw new RefusedTune(this.placeAt(at), reason);
  }
}
