import type { BarLine } from './tune.js';

/** The most times that a repeat sign with several colons can ask for. */
export const MOST_TIMES = 16;

interface WrittenBarLine {
  readonly line: BarLine;
  /** How often the part that ends or begins here is played, where that is more than twice. */
  readonly times?: number;
}

/**
 * The bar lines that a sign of `|`, `:`, `[` and `]` stands for; `most` is the larger number of colons on one side of it.
 */
export function barLines(text: string): { readonly lines: readonly WrittenBarLine[]; readonly most: number } {
  const bars = text.replace(/[^|]/g, '').length;
  const isDouble = bars > 1 || /[[\]]/.test(text);
  const [closing, opening] = colons(text, bars > 0 || isDouble);
  const lines: WrittenBarLine[] = [];
  if (closing > 0) lines.push(repeat(':|', closing));
  if (opening > 0) lines.push(repeat('|:', opening));
  if (lines.length === 0) lines.push({ line: isDouble ? '||' : '|' });
  return { lines, most: Math.max(closing, opening) };
}

function repeat(line: BarLine, colons: number): WrittenBarLine {
  return colons > 1 ? { line, times: Math.min(colons + 1, MOST_TIMES) } : { line };
}

/** Colons before and after the bar line; `::` is short for `:||:`. */
function colons(text: string, hasBar: boolean): [number, number] {
  if (!hasBar) return text === ':::' ? [1, 1] : [Math.floor(text.length / 2), Math.ceil(text.length / 2)];
  return [/^:*/.exec(text)![0].length, /:*$/.exec(text)![0].length];
}
