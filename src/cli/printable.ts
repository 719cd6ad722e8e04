/**
 * A text that is safe to print on a terminal: control characters and marks that change the direction of writing are shown as their
 * numbers; line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(OBEYED, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`);
}

const OBEYED = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;
