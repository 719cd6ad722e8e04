import { BLANKS, HTML } from './foreign.js';

/** Kinds of token in a line of music. */
export type MusicKind =
  | 'pitch'
  | 'quarter-tone'
  | 'length'
  | 'rest'
  | 'bar-rest'
  | 'spacer'
  | 'chord-open'
  | 'chord-close'
  | 'graces-open'
  | 'graces-close'
  | 'tie'
  | 'broken'
  | 'tuplet'
  | 'slur'
  | 'bar'
  | 'ending'
  | 'text-ending'
  | 'overlay'
  | 'quoted'
  | 'decoration'
  | 'undefined-sign'
  | 'inline-field'
  | 'line-break'
  | 'continuation'
  | 'html'
  | 'blank'
  | 'unknown';

/** A token; `text` begins at character `at` of its line. */
export interface MusicToken {
  readonly kind: MusicKind;
  readonly text: string;
  readonly at: number;
}

const LENGTH = /\d+(?:\/+\d*)?|\/+\d*/y;
const PITCH = /(?:\^\^|\^|__|_|=)?[A-Ga-g][,']*/y;
const BAR = /(?::+\|+(?:\[?\|+)?|\|*\[?\|+)\]?\|?(?:(?<!\]):+|:+(?!\|))?|::+/y;
const ENDING = /\[?\d{1,2}(?:[,-]\d{1,2}){0,15}/y;
/** A letter that U: may define as a decoration but did not, before a note. */
const UNDEFINED_SIGN = /[IKNQUVWh-w](?=[.~HLMOPRSTuvk]{0,20}[\^_=A-Ga-gz["{(])/y;
/** `["Am"CEG]` is a chord with a name, `["last"` an ending. */
const NAMED_CHORD = /\[(?="[^"]*"[^\]|"A-Ga-g]{0,20}[A-Ga-g][^\]|]{0,200}\])/y;

const INLINE_FIELD = /\[[A-Za-z]:[^\]]*\]/y;

type Rule = readonly [MusicKind, RegExp];

/** Rules in order of precedence: the first that matches gives the token. */
const ANYWHERE: readonly Rule[] = [
  ['slur', /\.?\(|\)/y],
  ['quoted', /"[^"]*"/y],
  ['decoration', /!([^!|]{0,30})!|\+([^+|\s]{1,30})\+/y],
  ['spacer', /y(?:\d+(?:\/\d*)?|\/+\d*)?/y],
  ['tie', /\.-/y],
];
const SIGNS: readonly Rule[] = [
  ['decoration', /[.~HJLMOPRSTtuv]/y],
  ['line-break', /\*+|\$/y],
];
const TIMED: readonly Rule[] = [
  ['rest', /[zx]/y],
  ['tie', /-/y],
  ['html', HTML],
  ['broken', />{1,3}|<{1,3}/y],
  ['bar-rest', /[ZX]\d{0,3}/y],
  ['overlay', /&/y],
];
const TUPLET = /\([2-9](?::(?:[1-9]\d?)?(?::(?:[1-9]\d?)?)?)?|\(1:[1-9]\d?(?::(?:[1-9]\d?)?)?/y;
const QUARTER_TONE = /[\^_]\d*\/\d*(?=[A-Ga-g])/y;

/**
 * Splits a line of music into tokens that cover every character. Never throws: a character without meaning becomes a
 * token of kind `unknown`. `defined` holds the letters that U: defines as signs (ABC 2.1, 4.16); the lexer reads it at
 * each token, so later definitions count.
 */
export class MusicLexer {
  #at = 0;
  /** Inside `[` and `]`, where `]` ends a chord. */
  #inChord = false;
  #inGraces = false;
  #afterBar = false;
  /** Whether the last token other than blanks was a note, rest or chord, so that a length may follow. */
  #lengthless = false;
  /** Index of the last closing sign of each kind in the line. */
  readonly #last: Partial<Record<']' | '}', number>> = {};
  readonly #isMusic: boolean;

  constructor(
    readonly line: string,
    readonly defined: ReadonlySet<string>,
  ) {
    this.#isMusic = line.includes('|');
  }

  /** The next token; undefined at the end of the line. */
  next(): MusicToken | undefined {
    const at = this.#at;
    if (at >= this.line.length) return undefined;
    const kind = this.#kind();
    const text = this.line.slice(at, this.#at);
    this.#afterBar = kind === 'bar';
    if (kind === 'pitch' || kind === 'rest' || kind === 'chord-close') this.#lengthless = true;
    else if (kind !== 'blank') this.#lengthless = false;
    return { kind, text, at };
  }

  #kind(): MusicKind {
    if (this.#afterBar && this.#take(ENDING)) return 'ending';
    if (this.#take(QUARTER_TONE)) return 'quarter-tone';
    if (this.#take(PITCH)) return 'pitch';
    if (this.#lengthless && this.#take(LENGTH)) return 'length';
    if (this.#take(BLANKS)) return 'blank';
    if (this.line[this.#at] === '[' && this.#comes(']') && this.#take(INLINE_FIELD)) return 'inline-field';
    return (
      (this.#inChord || this.#inGraces ? this.#inside() : this.#outside()) ?? this.#sign() ?? this.#rest()
    );
  }

  /** A token inside a chord or graces. */
  #inside(): MusicKind | undefined {
    if (this.#inChord && this.#take(/\]/y)) {
      this.#inChord = false;
      return 'chord-close';
    }
    if (this.#inGraces && this.#take(/\}/y)) {
      this.#inGraces = false;
      this.#inChord = false;
      return 'graces-close';
    }
    return this.#inGraces && this.#take(/\[/y) ? this.#opens() : undefined;
  }

  #outside(): MusicKind | undefined {
    const start = this.#at;
    if (this.#take(BAR)) return this.line.slice(start, this.#at) === ':' ? 'unknown' : 'bar';
    if (this.line[start] === '[') {
      if (this.#take(ENDING)) return 'ending';
      if (this.#take(NAMED_CHORD)) return this.#opens();
      if (this.#take(/\["[^"]*"/y)) return 'text-ending';
      this.#at++;
      return this.#opens();
    }
    if (this.#take(/\]\|?/y)) return 'bar';
    return this.#take(TUPLET) ? 'tuplet' : undefined;
  }

  #opens(): MusicKind {
    this.#inChord = true;
    return 'chord-open';
  }

  #sign(): MusicKind | undefined {
    if (this.defined.has(this.line[this.#at]!)) {
      this.#at++;
      return 'decoration';
    }
    for (const [kind, rule] of ANYWHERE) if (this.#take(rule)) return kind;
    if (!this.#inGraces && this.#isGraces()) {
      this.#at += this.line[this.#at + 1] === '/' ? 2 : 1;
      this.#inGraces = true;
      return 'graces-open';
    }
    for (const [kind, rule] of SIGNS) if (this.#take(rule)) return kind;
    // `!` alone is an old sign for a line break in print; two in a line may be an unknown decoration.
    if (this.line[this.#at] === '!' && this.line.indexOf('!') === this.line.lastIndexOf('!')) {
      this.#at++;
      return 'line-break';
    }
    // Outside music, such a letter is part of a word.
    if (this.#isMusic && this.#take(UNDEFINED_SIGN)) return 'undefined-sign';
    return this.#take(/\\/y) ? 'continuation' : undefined;
  }

  #isGraces(): boolean {
    return this.line[this.#at] === '{' && this.#comes('}');
  }

  /** Whether a closing sign follows in the line. */
  #comes(sign: ']' | '}'): boolean {
    this.#last[sign] ??= this.line.lastIndexOf(sign);
    return this.#last[sign] > this.#at;
  }

  #rest(): MusicKind {
    for (const [kind, rule] of TIMED) if (this.#take(rule)) return kind;
    this.#at++;
    return 'unknown';
  }

  #take(sticky: RegExp): boolean {
    sticky.lastIndex = this.#at;
    if (!sticky.test(this.line)) return false;
    this.#at = sticky.lastIndex;
    return true;
  }
}
