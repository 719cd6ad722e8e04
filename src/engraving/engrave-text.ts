/**
 * Widths of the characters from space to ~ in thousandths of the font size, from the metrics that Adobe published.
 * (character)
 */
const TIMES = [
  250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500,
  500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333,
  389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469,
  500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389,
  278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];
const HELVETICA = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/** Width of a character outside the tables, such as an accented letter. */
const USUAL = 500;
/** How much wider bold letters are, about. */
const BOLD = 1.07;
/**
 * Ascent plus descent, as a multiple of the font size: the height of a line's box in both families, within a hundredth.
 */
const LINE = 1.11;
/** Distance between lines, as a multiple of the font size, as abcjs writes it. */
const LEADING = 1.2;

export interface TextFont {
  /** CSS pixels. */
  readonly size: number;
  readonly family: string;
  readonly bold: boolean;
}

/**
 * Estimates the size of a text in CSS pixels where there is no browser to measure it. The fonts of the page that shows it
 * may differ by a few hundredths, as they do between browsers.
 */
export function textBox(text: string, { size, family, bold }: TextFont): { width: number; height: number } {
  const widths = isSerif(family) ? TIMES : HELVETICA;
  // Empty lines at the end take no room.
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => {
      let width = 0;
      for (const character of line) width += widths[character.charCodeAt(0) - 32] ?? USUAL;
      return width;
    });
  const width = (Math.max(...lines) / 1000) * size * (bold ? BOLD : 1);
  return { width, height: size * (LINE + LEADING * (lines.length - 1)) };
}

/** A font family with a generic fallback for where it is not installed. */
export function withGeneric(family: string): string {
  return `${family}, ${isSerif(family) ? 'serif' : 'sans-serif'}`;
}

function isSerif(family: string): boolean {
  return /times|serif(?<!sans-serif)|roman|georgia/i.test(family);
}
