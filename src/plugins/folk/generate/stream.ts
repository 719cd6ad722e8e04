import { writeAbc } from '../../../music/abc/write.js';
import type { Placing } from '../codec/grammar-pitch.js';
import type { TuneGrammar } from '../codec/grammar-rules.js';
import { tokenRole } from '../codec/grammar-tokens.js';
import { tuneOf } from './tune.js';
import type { MadeTune } from './tunes.js';

/** Streams the music of a tune bar by bar, after its header, which is derived from the first tokens. */
export class BarStream {
  #begun = false;
  #printed = '';
  #tunes = 0;

  constructor(
    private readonly header: (x: number, tokens: readonly number[], placing: Placing) => string,
    private readonly print: (text: string) => void,
  ) {}

  /** Takes the tokens of the tune so far; called after each new token. */
  hear(tokens: readonly number[], { placing }: TuneGrammar): void {
    if (placing === null || tokenRole(tokens.at(-1)!) !== 'bar') return;
    if (!this.#begun) this.print(this.header(this.#tunes + 1, tokens, placing));
    this.#begun = true;
    // Omits the last bar line: the next token may change how it is written.
    const music = musicOf(writeAbc(tuneOf(tokens.slice(0, -1), placing)));
    this.#advance(music.trimEnd());
  }

  /** Prints the rest of a completed tune. */
  end({ abc }: MadeTune): void {
    this.#advance(musicOf(abc));
    this.#begun = false;
    this.#printed = '';
    this.#tunes++;
  }

  #advance(music: string): void {
    if (!music.startsWith(this.#printed)) return;
    this.print(music.slice(this.#printed.length));
    this.#printed = music;
  }
}

/** The lines after K:. */
function musicOf(abc: string): string {
  return abc.slice(abc.indexOf('\n', abc.indexOf('\nK:') + 1) + 1);
}
