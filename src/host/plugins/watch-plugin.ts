import { statSync } from 'node:fs';
import { join } from 'node:path';
import { codeFiles } from './code-files.js';

/** A session whose plugin is watched for changes. */
export interface PluginReload {
  /** Folder of the playing plugin's code; null for a built-in plugin. */
  readonly pluginFolder: string | null;
  /** Reloads its code. Throws what loading throws; the old code then plays on. */
  reloadPlugin(): Promise<void>;
}

const EVERY_MS = 250;

/**
 * Polls a plugin's files every `everyMs` milliseconds, and reloads its code once they have changed and then stay the same for one
 * interval: an editor or compiler may write several files. Returns a function that stops it.
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
    // The files are briefly gone while they are written, or another plugin was chosen.
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

/** The state of the plugin's files; null where there is nothing to watch, or it cannot be read now. */
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
