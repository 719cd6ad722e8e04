/** Control and format characters: a DOS end of file (0x1A), zero-width spaces, byte order marks amid a file. A tab is a blank. */
const INVISIBLE = '(?!\\t)[\\p{Cc}\\p{Cf}]';

const TAGS =
  '</[A-Za-z][^<>|]*>|<(?:br|hr|p|pre|div|span|html|body|head|font|td|tr|th|table|center|tt|li|ul|ol|img|h[1-6])(?:\\s[^<>|]*)?/?>';
const ENTITIES = '&(?:[a-z]{2,8}|#\\d{1,5});';

/** Tags and entities of pages in a line of music; `<b>` between notes is broken rhythm, and no tag here is music. */
export const HTML = new RegExp(`${TAGS}|${ENTITIES}`, 'iy');

/** Blanks and invisible characters. */
export const BLANKS = new RegExp(`(?:[ \\t\`\\p{Zs}]|${INVISIBLE})+`, 'uy');

/** Around a field, where no music is, every tag is one; a blank that the page writes as an entity too. */
const AROUND = `(?:${TAGS}|<(?:a|b|i|u|em|strong|small|big|sup|sub|code|blockquote|section|article)(?:\\s[^<>|]*)?>)`;
const BEFORE = new RegExp(`^(?:\\p{Zs}*(?:${AROUND}|${INVISIBLE}))*`, 'iu');
const LAST_TAG = new RegExp(`(?:${AROUND}|&nbsp;)$`, 'iu');
/** The longest tag. */
const LONGEST_TAG = 200;
const BLANK = new RegExp(`^(?:${INVISIBLE}|\\s)*$`, 'u');
const ONE_BLANK = new RegExp(`^(?:${INVISIBLE}|\\s)$`, 'u');

/** Whether a line has only blanks and invisible characters. */
export function isBlankText(text: string): boolean {
  return BLANK.test(text);
}

const ODD = /[^\P{Cc}\t]/u;
const END_OF_FILE = '\x1A';

/** Index of the first control character, other than a tab or a DOS end of file; -1 where there is none. */
export function controlIn(text: string): number {
  return text.replaceAll(END_OF_FILE, ' ').search(ODD);
}

/** Number of characters before a field that are HTML tags, or invisible. */
export function foreignBefore(text: string): number {
  return /^[\w%|]/.test(text) ? 0 : BEFORE.exec(text)![0].length;
}

/** Index at which a field ends and HTML or invisible characters begin. Blanks alone belong to the field. */
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
