import { stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { readFolder } from '../../read-folder.js';

/** Whether a path is that of a file, or of what is read like one. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => !stats.isDirectory(),
    () => false,
  );
}

/** A file, or all files of a folder and its folders, sorted. Throws FILE_READ. */
export async function filesAt(path: string): Promise<string[]> {
  if (await isFile(path)) return [path];
  const names = await readFolder(path, 'Give a folder of music, or a file.', { recursive: true });
  return names.sort().map((name) => join(path, name));
}

/** What a file of a folder is called within it, with forward slashes; the name of a file that is its own. */
export function nameIn(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/') || basename(file);
}
