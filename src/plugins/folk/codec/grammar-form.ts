import { ContinuoError } from '../../../errors.js';

/** One part of a tune, and whether repeat signs surround it. */
export interface PartPlan {
  readonly letter: string;
  /** A repeat begins with this part (`opens`), or ends with it (`closes`). */
  readonly opens: boolean;
  readonly closes: boolean;
}

const MOST_PARTS = 12;

/**
 * Parses a form such as `AABB`. A doubled letter is a repeated part, a doubled pair (`ABAB`) a repeat around both
 * parts, any other letter a part played once. Each letter is new music, so it may appear in one place only.
 * Throws OPTION_VALUE for anything but capital letters, more than 12 parts, or a part that returns later.
 */
export function parseForm(form: string): PartPlan[] {
  const refuse = (why: string): never => {
    throw new ContinuoError(
      'OPTION_VALUE',
      `"${form.slice(0, 40)}" is no form: ${why}.`,
      'A form names its parts as they are played: AABB, AAB, AB, ABAB, AABBCC.',
    );
  };
  if (!/^[A-Z]+$/.test(form)) refuse('expected capital letters');
  const parts: PartPlan[] = [];
  for (let at = 0; at < form.length; ) {
    const [a, b] = [form[at]!, form[at + 1]];
    const pair = form.slice(at, at + 2);
    if (a === b) {
      parts.push({ letter: a, opens: true, closes: true });
      at += 2;
    } else if (pair.length === 2 && pair === form.slice(at + 2, at + 4)) {
      parts.push({ letter: a, opens: true, closes: false }, { letter: b!, opens: false, closes: true });
      at += 4;
    } else {
      parts.push({ letter: a, opens: false, closes: false });
      at += 1;
    }
  }
  if (parts.length > MOST_PARTS) refuse(`it has more than ${MOST_PARTS} parts`);
  const again = parts.find(({ letter }, index) =>
    parts.some((other, before) => before < index && other.letter === letter),
  );
  if (again) refuse(`part ${again.letter} comes back, which repeat signs cannot say`);
  return parts;
}
