/**
 * A text as a terminal may show it. What it would obey instead (escape sequences in a file's text, marks that turn the direction of
 * writing) is shown by its number; lines and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(OBEYED, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`);
}

const OBEYED = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;
