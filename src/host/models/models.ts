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

/** Shown in place of a model where a plugin predicts by itself. */
export const NO_MODEL = { id: 'none', name: 'no model' } as const;

/** The name of a model for people, with its licence where it has one of its own. */
export function modelName({ id, licence }: ModelFolder): string {
  return licence === null ? id : `${id} (${licence})`;
}

/**
 * The model folders of the user, then the bundled ones; a user's model hides a bundled one of the same name. Models with a licence of
 * their own come last, so that none of them is a default.
 */
export function listModels(): ModelFolder[] {
  return lookForModels().models;
}

/** As {@link listModels}, with the errors of folders that could not be read (FILE_READ). */
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
    // A name with a leading dot is a model that is being written, or no model.
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

/** Finds a model by id, or by the path of its folder. Throws MODEL_NOT_FOUND, listing the models. */
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

/** The first of a plugin's models that exists and has no licence of its own. Throws MODEL_NOT_FOUND where there is none. */
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
