import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ContinuoError } from '../errors.js';
import { FOLDERS } from './folders.js';

/** A model that can be chosen: its id is the name of its folder. */
export interface ModelFolder {
  readonly id: string;
  readonly path: string;
}

/** The model folders in the user's folder, then the bundled ones; a user's model of the same name goes first. */
export function listModels(): ModelFolder[] {
  const found = new Map<string, ModelFolder>();
  for (const parent of [FOLDERS.userModels, FOLDERS.bundledModels]) {
    for (const id of foldersIn(parent)) {
      const path = join(parent, id);
      if (!found.has(id) && existsSync(join(path, 'model.json'))) found.set(id, { id, path });
    }
  }
  return [...found.values()];
}

function foldersIn(parent: string): string[] {
  return existsSync(parent) ? readdirSync(parent).sort() : [];
}

/** A model by id, or by the path of its folder. Throws MODEL_NOT_FOUND, listing what there is. */
export function findModel(idOrPath: string): ModelFolder {
  const models = listModels();
  const known = models.find(({ id }) => id === idOrPath);
  if (known) return known;
  const path = resolve(idOrPath);
  if (existsSync(join(path, 'model.json'))) return { id: basename(path), path };
  throw new ContinuoError(
    'MODEL_NOT_FOUND',
    `There is no model "${idOrPath}", neither by that name nor as a folder with a model.json.`,
    `Models here: ${models.map(({ id }) => id).join(', ') || 'none'}.`,
  );
}

/** The first of a plugin's models that is there. Throws MODEL_NOT_FOUND where none is. */
export function defaultModel(ids: readonly string[]): string {
  const there = new Set(listModels().map(({ id }) => id));
  const id = ids.find((wanted) => there.has(wanted));
  if (id !== undefined) return id;
  throw new ContinuoError('MODEL_NOT_FOUND', `None of the plugin's models is here: ${ids.join(', ')}.`);
}
