/**
 * Control and format characters: a DOS end of file (0x1A), zero-width spaces, byte order marks inside the text. A tab
 * counts as a blank.
 */
const INVISIBLE = '(?!\\t)[\\p{Cc}\\p{Cf}]';

const TAGS =
  '</[A-Za-z][^<>|]*>|<(?:br|hr|p|pre|div|span|html|body|head|font|td|tr|th|table|center|tt|li|ul|ol|img|h[1-6])(?:\\s[^<>|]*)?/?>';
const ENTITIES = '&(?:[a-z]{2,8}|#\\d{1,5});';

/**
 * HTML tags and entities in a line of music. `<b>` between notes is broken rhythm, so no tag in this list can be music.
 */
export const HTML = new RegExp(`${TAGS}|${ENTITIES}`, 'iy');

/** Blanks and invisible characters. */
export const BLANKS = new RegExp(`(?:[ \\t\`\\p{Zs}]|${INVISIBLE})+`, 'uy');

/** HTML around a field, where no music can be, so that tags such as `<b>` count too. */
const AROUND = `(?:${TAGS}|<(?:a|b|i|u|em|strong|small|big|sup|sub|code|blockquote|section|article)(?:\\s[^<>|]*)?>)`;
const BEFORE = new RegExp(`^(?:\\p{Zs}*(?:${AROUND}|${INVISIBLE}))*`, 'iu');
const LAST_TAG = new RegExp(`(?:${AROUND}|&nbsp;)$`, 'iu');
/** Bound on the length of a tag, in characters. */
const LONGEST_TAG = 200;
const BLANK = new RegExp(`^(?:${INVISIBLE}|\\s)*$`, 'u');
const ONE_BLANK = new RegExp(`^(?:${INVISIBLE}|\\s)$`, 'u');

/** Whether a line consists of blanks and invisible characters only. */
export function isBlankText(text: string): boolean {
  return BLANK.test(text);
}

const ODD = /[^\P{Cc}\t]/u;
const END_OF_FILE = '\x1A';

/** Index of the first control character, other than a tab or a DOS end of file; -1 where there is none. */
export function controlIn(text: string): number {
  return text.replaceAll(END_OF_FILE, ' ').search(ODD);
}

/** Number of characters before a field that belong to HTML tags or are invisible. */
export function foreignBefore(text: string): number {
  return /^[\w%|]/.test(text) ? 0 : BEFORE.exec(text)![0].length;
}

/** Index at which HTML or invisible characters after a field begin. Blanks alone belong to the field. */
export function foreignFrom(text: string): number {
  if (/[\w|]$/.test(text)) return text.length;
  let from = text.length;
  let end = text.length;
  for (;;) {
    while (end > 0 && ONE_BLANK.test(text[end - 1]!)) {
      end--;
      if (text[end]!.trim() !== '') from = end;
    }
    const tag = LAST_TAG.exec(text.slice(Math.max(0, end - LONGEST_TAG), end));
    if (!tag) break;
    end -= tag[0].length;
    from = end;
  }
  return from === text.length ? from : end;
}
