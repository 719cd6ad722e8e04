import { spawnSync } from 'node:child_process';
import { codeFiles } from './code-files.js';

/** Most files checked, and the time limit of each, in milliseconds. */
const MOST_FILES = 64;
const LONGEST_MS = 5000;

/**
 * File and line of a syntax error in a plugin's code; null where none is found. The error of an import names neither, so Node
 * checks the files one by one, the entry first.
 */
export function syntaxPlace(folder: string, entry: string): string | null {
  const others = codeFiles(folder).filter((file) => file !== entry);
  for (const file of [entry, ...others].slice(0, MOST_FILES)) {
    const { status, stderr } = spawnSync(process.execPath, ['--check', file], {
      encoding: 'utf8',
      timeout: LONGEST_MS,
    });
    if (status === 0 || !stderr.includes('SyntaxError')) continue;
    const line = /^(?:file:\/\/)?(\S.*:\d+)$/m.exec(stderr)?.[1];
    if (line !== undefined) return line;
  }
  return null;
}
