import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { broken, objectAt, show, stringAt } from '../../model/json.js';
import { isAbsent, readRegularFile } from '../../read-file.js';

/** What a model may share with one beside it, as its model.json names that: `{ "novelty": "folk-session" }`. */
export interface SharedFile {
  readonly file: string;
  readonly key: 'novelty' | 'critic';
  readonly mostBytes: number;
}

const MODEL = 'model.json';
const MOST_BYTES = 16 * 2 ** 20;

/**
 * A file of a model folder, else that of the folder beside it which its model.json names; null where there is neither. Throws MODEL_BROKEN,
 * where the one named has none, and FILE_READ.
 */
export async function sharedFile(
  folder: string,
  { file, key, mostBytes }: SharedFile,
): Promise<Buffer | null> {
  const own = await present(join(folder, file), mostBytes);
  if (own) return own;
  const other = await named(folder, key);
  if (other === undefined) return null;
  const theirs = await present(join(folder, '..', other, file), mostBytes);
  if (theirs) return theirs;
  throw new ContinuoError(
    'MODEL_BROKEN',
    `${join(folder, MODEL)} takes ${file} from ${other}, and there is no ${join(folder, '..', other, file)}.`,
    `Put the folder ${other} beside it, or its ${file} into the folder.`,
  );
}

/** The folder that a model.json names. Whoever loads the model says what else is wrong with the file. */
async function named(folder: string, key: string): Promise<string | undefined> {
  const bytes = await present(join(folder, MODEL), MOST_BYTES);
  if (!bytes) return undefined;
  const root = objectAt(parsed(bytes.toString('utf8')), MODEL);
  const metadata = objectAt(root.userDefinedMetadata ?? {}, 'userDefinedMetadata');
  const place = 'userDefinedMetadata.continuo';
  const said = objectAt(metadata.continuo ?? {}, place)[key];
  if (said === undefined) return undefined;
  const name = stringAt(said, `${place}.${key}`);
  if (/^[\w-]+$/.test(name)) return name;
  throw broken(`${place}.${key}: expected the name of a folder beside this one, got ${show(name)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(`${MODEL}: expected JSON`);
  }
}

async function present(path: string, mostBytes: number): Promise<Buffer | null> {
  return readRegularFile(path, mostBytes).catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw error;
  });
}
