/** What U: may make a sign of: H to W, h to w and ~ (ABC 2.1, 4.16). */
const DEFINITION = /^\s*([H-Wh-w~])\s*=\s*(.*?)\s*$/s;

/** Standard signs of one character, with the names of what they mean (ABC 2.1, 4.14). */
const STANDARD: Readonly<Record<string, string>> = {
  '.': 'staccato',
  '~': 'roll',
  H: 'fermata',
  L: 'accent',
  M: 'lowermordent',
  O: 'coda',
  P: 'uppermordent',
  S: 'segno',
  T: 'trill',
  u: 'upbow',
  v: 'downbow',
};

/** Signs of one character in a tune, as U: defines them. */
export class UserSigns {
  readonly #own = new Map<string, string>();

  /** Letters that are signs beside the standard ones. */
  get letters(): ReadonlySet<string> {
    return this.#letters;
  }
  readonly #letters = new Set<string>();

  /** Takes the text of a U: field; false where it defines nothing. */
  define(text: string): boolean {
    const [, letter, meaning] = DEFINITION.exec(text) ?? [];
    if (letter === undefined || meaning === '') return false;
    this.#own.set(letter, meaning!);
    this.#letters.add(letter);
    return true;
  }

  /** What a sign means: the name between `!` and `!`, or quoted text with its quotes; `nil` where U: took its meaning. */
  meaning(sign: string): string {
    const said = this.#own.get(sign);
    if (said === undefined) return STANDARD[sign] ?? sign;
    return said.startsWith('"') ? said : said.replace(/^[!+]|[!+]$/g, '');
  }
}
