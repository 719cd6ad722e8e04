/** The content of U:, which may define the letters H to W, h to w and ~ (ABC 2.1, 4.16). */
const DEFINITION = /^\s*([H-Wh-w~])\s*=\s*(.*?)\s*$/s;

/** Standard one-character signs with the names of their decorations (ABC 2.1, 4.14). */
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

/** The one-character signs of a tune, with the definitions of U:. */
export class UserSigns {
  readonly #own = new Map<string, string>();

  /** Letters that U: has defined. */
  get letters(): ReadonlySet<string> {
    return this.#letters;
  }
  readonly #letters = new Set<string>();

  /** Adds the definition of a U: field. Returns false where the text is not a definition. */
  define(text: string): boolean {
    const [, letter, meaning] = DEFINITION.exec(text) ?? [];
    if (letter === undefined || meaning === '') return false;
    this.#own.set(letter, meaning!);
    this.#letters.add(letter);
    return true;
  }

  /**
   * The meaning of a sign: a decoration's name, or quoted text with its quotes. `nil` means that U: removed the sign's
   * meaning.
   */
  meaning(sign: string): string {
    const said = this.#own.get(sign);
    if (said === undefined) return STANDARD[sign] ?? sign;
    return said.startsWith('"') ? said : said.replace(/^[!+]|[!+]$/g, '');
  }
}
