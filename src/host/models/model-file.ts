import { join, parse } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { broken, objectAt, show, stringAt } from '../../model/json.js';
import type { ComposerModel } from '../../plugin/composer.js';
import { isAbsent, readRegularFile } from '../../read-file.js';

/** The files of a model folder, as a plugin gets them. */
export function filesOf(folder: string): Pick<ComposerModel, 'file'> {
  return { file: (name, most) => modelFile(folder, name, most) };
}

const MODEL = 'model.json';
const MOST_BYTES = 16 * 2 ** 20;

/**
 * A file of a model folder, such as `critic.json`: its own, else that of the folder beside it which model.json names under the file's
 * name without its ending, `{ "critic": "other-model" }`; null where there is neither. `most`: how many bytes make sense. Throws
 * MODEL_BROKEN, where the folder that is named has none, and FILE_READ.
 */
async function modelFile(folder: string, name: string, most: number): Promise<Buffer | null> {
  const own = await present(join(folder, name), most);
  if (own) return own;
  const other = await named(folder, parse(name).name);
  if (other === undefined) return null;
  const theirs = await present(join(folder, '..', other, name), most);
  if (theirs) return theirs;
  throw new ContinuoError(
    'MODEL_BROKEN',
    `${join(folder, MODEL)} takes ${name} from ${other}, and there is no ${join(folder, '..', other, name)}.`,
    `Put the folder ${other} beside it, or its ${name} into the folder.`,
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
