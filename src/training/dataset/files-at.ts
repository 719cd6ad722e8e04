import { stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { readFolder } from '../../read-folder.js';

/** Whether a path exists and is not a folder. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => !stats.isDirectory(),
    () => false,
  );
}

/** The file itself, or all files of a folder, recursively and sorted. Throws FILE_READ. */
export async function filesAt(path: string): Promise<string[]> {
  if (await isFile(path)) return [path];
  const names = await readFolder(path, 'Give a folder of music, or a file.', { recursive: true });
  return names.sort().map((name) => join(path, name));
}

/** The path of a file within its folder, with forward slashes; for a single file, its base name. */
export function nameIn(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/') || basename(file);
}
