// Moves a finished build into place while programs may be reading the old one.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Renames every file of `from` into `to` (each rename is atomic), then removes files of an earlier build from `to`. `keeps(path)`: a file to
 * leave alone. `last(path)`: a file that refers to others, and so is moved after them.
 */
export function swapIn(from, to, { keeps = () => false, last = () => false } = {}) {
  const built = filesIn(from).sort((one, other) => last(one) - last(other));
  for (const path of built) {
    if (isSame(join(from, path), join(to, path))) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    renameSync(join(from, path), join(to, path));
  }
  const there = new Set(built);
  for (const path of filesIn(to)) {
    if (there.has(path) || keeps(path)) continue;
    rmSync(join(to, path));
    removeEmpty(to, dirname(path));
  }
  rmSync(from, { recursive: true, force: true });
}

/** Paths of the files within, with slashes. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'));
}

function isSame(one, other) {
  try {
    return readFileSync(one).equals(readFileSync(other));
  } catch {
    return false;
  }
}

function removeEmpty(root, folder) {
  for (let path = folder; path !== '.'; path = dirname(path)) {
    try {
      rmdirSync(join(root, path));
    } catch {
      return; // not empty
    }
  }
}
