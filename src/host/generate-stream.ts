import type { FolkGrammar } from '../codec/folk/grammar.js';
import { tokenRole } from '../codec/folk/grammar.js';
import type { Placing } from '../codec/folk/grammar-pitch.js';
import { writeAbc } from '../music/abc/write.js';
import { tuneOf } from './generate-tune.js';
import type { MadeTune } from './generate-tunes.js';

/** Prints a tune's music as it comes, a bar at a time; its header, with title and making, follows from its first tokens. */
export class BarStream {
  #tokens: number[] = [];
  #printed = '';
  #tunes = 0;

  constructor(
    private readonly header: (x: number, tokens: readonly number[], placing: Placing) => string,
    private readonly print: (text: string) => void,
  ) {}

  hear(token: number, grammar: FolkGrammar): void {
    this.#tokens.push(token);
    if (grammar.placing === null || tokenRole(token) !== 'bar') return;
    if (this.#printed === '')
      this.print((this.#tunes > 0 ? '\n' : '') + this.header(this.#tunes + 1, this.#tokens, grammar.placing));
    // The last bar line is left out: what follows it may change how it is drawn.
    const music = musicOf(writeAbc(tuneOf(this.#tokens.slice(0, -1), grammar.placing)));
    this.#advance(music.trimEnd());
  }

  /** The rest of a tune that is whole. */
  end({ abc }: MadeTune): void {
    this.#advance(musicOf(abc));
    this.#tokens = [];
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
