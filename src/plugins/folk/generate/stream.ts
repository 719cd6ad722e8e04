import { writeAbc } from '../../../music/abc/write.js';
import type { Placing } from '../codec/grammar-pitch.js';
import type { TuneGrammar } from '../codec/grammar-rules.js';
import { tokenRole } from '../codec/grammar-tokens.js';
import { tuneOf } from './tune.js';
import type { MadeTune } from './tunes.js';

/** Prints a tune's music as it comes, a bar at a time; its header, with title and making, follows from its first tokens. */
export class BarStream {
  #begun = false;
  #printed = '';
  #tunes = 0;

  constructor(
    private readonly header: (x: number, tokens: readonly number[], placing: Placing) => string,
    private readonly print: (text: string) => void,
  ) {}

  /** Takes the tokens of a tune so far, whenever there is one more. */
  hear(tokens: readonly number[], { placing }: TuneGrammar): void {
    if (placing === null || tokenRole(tokens.at(-1)!) !== 'bar') return;
    if (!this.#begun) this.print(this.header(this.#tunes + 1, tokens, placing));
    this.#begun = true;
    // The last bar line is left out: what follows may change how it is drawn.
    const music = musicOf(writeAbc(tuneOf(tokens.slice(0, -1), placing)));
    this.#advance(music.trimEnd());
  }

  /** The rest of a tune that is whole. */
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
