import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ContinuoError } from '../../../errors.js';
import { writeWhole } from '../../../write-file.js';

/** What a user said of a take. It lies in the take's folder, so that it goes wherever that is moved. */
export interface About {
  readonly name?: string | undefined;
  /** When it was deleted, as ISO 8601; only of a take in the trash. */
  readonly deleted?: string | undefined;
}

/** Longest name, in characters. */
export const LONGEST_NAME = 80;

const FILE = 'about.json';
const schema = z.object({
  name: z.string().max(LONGEST_NAME).optional(),
  deleted: z.iso.datetime().optional(),
});

/** What is said of a take; nothing where the file is absent or damaged, since the music does not depend on it. */
export function readAbout(folder: string): About {
  try {
    const read = schema.safeParse(JSON.parse(readFileSync(join(folder, FILE), 'utf8')));
    return read.success ? read.data : {};
  } catch {
    return {};
  }
}

/** Throws FILE_WRITE. */
export async function writeAbout(folder: string, about: About): Promise<void> {
  await writeWhole(join(folder, FILE), `${JSON.stringify(about)}\n`);
}

/** A name as it is kept: without blanks around it. Throws TAKE_NAME. */
export function checkedName(name: string): string {
  const kept = name.trim().replace(/\s+/gu, ' ');
  if (kept !== '' && kept.length <= LONGEST_NAME && !/\p{Cc}|\p{Bidi_Control}/u.test(kept)) return kept;
  throw new ContinuoError(
    'TAKE_NAME',
    `The name of a take has 1 to ${LONGEST_NAME} printable characters; ${kept === '' ? 'nothing' : `${kept.length} characters, some of them perhaps not printable,`} came.`,
    'Give it another name. Any language will do, blanks too.',
  );
}
