import { readdir } from 'node:fs/promises';
import { ContinuoError } from './errors.js';

/**
 * The names in a folder that a user named; with `recursive`, also relative paths inside its folders. Throws FILE_READ
 * with `hint`.
 */
export async function readFolder(path: string, hint: string, { recursive = false } = {}): Promise<string[]> {
  try {
    return await readdir(path, { recursive });
  } catch (cause) {
    throw new ContinuoError(
      'FILE_READ',
      `${path} ${whyUnreadable(cause as NodeJS.ErrnoException, 'folder')}.`,
      hint,
      {
        cause,
      },
    );
  }
}

/** Words for why a path cannot be read, from the system's error code and whether a file or a folder was expected. */
export function whyUnreadable({ code, message }: NodeJS.ErrnoException, expected: 'file' | 'folder'): string {
  switch (code) {
    case 'ENOENT':
      return 'is not there';
    case 'EISDIR':
      return 'is a folder, where a file is expected';
    case 'ENOTDIR':
      return expected === 'folder' ? 'is no folder' : 'cannot be there: its folder is a file';
    case 'EACCES':
    case 'EPERM':
      return `may not be read (${code})`;
    default:
      return `cannot be read (${code ?? message})`;
  }
}
