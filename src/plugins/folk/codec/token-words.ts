import { folkSymbols, folkWord } from './vocabulary.js';

const BAR_LINES: Readonly<Record<string, string>> = {
  '|': 'bar line',
  '||': 'double bar line',
  '|:': 'repeat begins',
  ':|': 'repeat ends',
};

/** A token in musical words: `note c'`, `length 3/2`, `bar line |`. The words end with the token's ABC. Throws TOKEN_RANGE. */
export function folkTokenWords(token: number): string {
  const word = folkWord(token);
  const symbol = folkSymbols[token]!;
  switch (symbol.kind) {
    case 'start':
      return 'the tune begins';
    case 'end':
      return 'the tune ends';
    case 'type':
    case 'meter':
    case 'key':
      return `${symbol.kind} ${word.slice(2)}`;
    case 'bar':
      return `${BAR_LINES[symbol.line]} ${word}`;
    case 'volta':
      return `ending ${word}`;
    case 'tuplet':
      return `tuplet ${word}`;
    case 'chord':
      return `chord ${symbol.opens ? 'begins' : 'ends'} ${word}`;
    case 'rest':
      return `rest ${word}`;
    case 'pitch':
      return `note ${word}`;
    case 'duration':
      return `length ${word}`;
    case 'broken':
      return `broken rhythm ${word}`;
    case 'tie':
      return `tie ${word}`;
    default:
      return symbol satisfies never;
  }
}
