import { statSync } from 'node:fs';
import { join } from 'node:path';
import { codeFiles } from './code-files.js';

/** A session whose plugin is watched. */
export interface PluginReload {
  /** Where the plugin's code lies that plays; null where it came with the program. */
  readonly pluginFolder: string | null;
  /** Loads its code again. Throws what that throws; the old one plays on then. */
  reloadPlugin(): Promise<void>;
}

const EVERY_MS = 250;

/**
 * Looks at the files of a plugin several times a second, and has its code loaded again when they have changed and then stay as they
 * are for one look: an editor or a compiler may write several. Returns how to end it.
 */
export function watchPlugin(
  session: PluginReload,
  failed: (error: unknown) => void,
  everyMs: number = EVERY_MS,
): () => void {
  let known = stampOf(session);
  let seen = known;
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    const now = stampOf(session);
    const settled = now?.text === seen?.text;
    seen = now;
    // Gone for a moment, while it is written; or another plugin was chosen.
    if (now === null || now.folder !== known?.folder) {
      known = now ?? known;
      return;
    }
    if (!settled || now.text === known.text) return;
    known = now;
    busy = true;
    session
      .reloadPlugin()
      .catch(failed)
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** null where there is nothing to watch, or it cannot be looked at now. */
function stampOf({ pluginFolder: folder }: PluginReload): {
  readonly folder: string;
  readonly text: string;
} | null {
  if (folder === null) return null;
  try {
    const files = [join(folder, 'plugin.json'), ...codeFiles(folder)];
    const stamps = files.map((file) => {
      const { mtimeMs, size, ino } = statSync(file);
      return `${file} ${ino} ${mtimeMs} ${size}`;
    });
    return { folder, text: stamps.join('\n') };
  } catch {
    return null;
  }
}
