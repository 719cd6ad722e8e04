import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { licenceIn } from '../../licence.js';
import { FOLDERS } from '../folders.js';

/** A model that can be chosen: its id is the name of its folder. */
export interface ModelFolder {
  readonly id: string;
  readonly path: string;
  /** The name of a licence of its own, such as "CC BY-NC-SA 4.0": the first line of the folder's LICENSE. Null where there is none. */
  readonly licence: string | null;
}

/** What is chosen where a plugin predicts by itself, as people read it. */
export const NO_MODEL = { id: 'none', name: 'no model' } as const;

/** How people read of a model: what it asks of them is not to be overlooked. */
export function modelName({ id, licence }: ModelFolder): string {
  return licence === null ? id : `${id} (${licence})`;
}

/**
 * The model folders in the user's folder, then the bundled ones; a user's model of the same name goes first. Those under a
 * licence of their own come last, so that nobody plays one who has not chosen it.
 */
export function listModels(): ModelFolder[] {
  return lookForModels().models;
}

/** {@link listModels}, and why a folder of models could not be looked into, where there is one (FILE_READ). */
export function lookForModels(): { readonly models: ModelFolder[]; readonly troubles: ContinuoError[] } {
  const found = new Map<string, ModelFolder>();
  const troubles: ContinuoError[] = [];
  for (const parent of [FOLDERS.userModels, FOLDERS.bundledModels]) {
    for (const id of foldersIn(parent, troubles)) {
      const path = join(parent, id);
      if (!found.has(id) && existsSync(join(path, 'model.json'))) found.set(id, modelIn(path));
    }
  }
  const all = [...found.values()];
  const free = all.filter(({ licence }) => licence === null);
  return { models: [...free, ...all.filter(({ licence }) => licence !== null)], troubles };
}

function modelIn(path: string): ModelFolder {
  return { id: basename(path), path, licence: licenceIn(path) };
}

function foldersIn(parent: string, troubles: ContinuoError[]): string[] {
  try {
    // What begins with a dot is a model that is being written, or none.
    return readdirSync(parent)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !isDangling(parent)) return [];
    const hint = 'Models are looked for there: put a folder in its place, or give a model by its path.';
    troubles.push(
      new ContinuoError('FILE_READ', `The models in ${parent} cannot be listed (${code}).`, hint, { cause }),
    );
    return [];
  }
}

function isDangling(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** A model by id, or by the path of its folder. Throws MODEL_NOT_FOUND, listing what there is. */
export function findModel(idOrPath: string): ModelFolder {
  const { models, troubles } = lookForModels();
  const known = models.find(({ id }) => id === idOrPath);
  if (known) return known;
  const path = resolve(idOrPath);
  if (existsSync(join(path, 'model.json'))) return modelIn(path);
  throw new ContinuoError(
    'MODEL_NOT_FOUND',
    `There is no model "${idOrPath}", neither by that name nor as a folder with a model.json.`,
    [
      `Models here: ${models.map(({ id }) => id).join(', ') || 'none'}.`,
      ...troubles.map(({ message }) => message),
    ].join(' '),
  );
}

/** The first of a plugin's models that is there and under no licence of its own. Throws MODEL_NOT_FOUND where none is. */
export function defaultModel(ids: readonly string[]): string {
  const there = new Set(listModels().flatMap(({ id, licence }) => (licence === null ? [id] : [])));
  const id = ids.find((wanted) => there.has(wanted));
  if (id !== undefined) return id;
  throw new ContinuoError(
    'MODEL_NOT_FOUND',
    `None of the plugin's models is here: ${ids.join(', ')}.`,
    'Train one (continuo train --help, and continuo train text --help, say how), or name a folder with --model.',
  );
}
