import { statSync } from 'node:fs';
import { join } from 'node:path';

/** A session whose model can be reloaded. */
export interface Reloadable {
  /** null where the session plays without a model. */
  readonly modelFolder: string | null;
  /** Whether something is being loaded: that of a user comes first. */
  readonly loads: boolean;
  reload(): Promise<void>;
}

const EVERY_MS = 1000;

/**
 * Polls the model's folder, and reloads the model when its weights have changed; they play from the next phrase on: so one can play while
 * `continuo train` writes better weights. A folder that does not load is left until it changes again. Returns a function that
 * stops polling.
 */
export function watchModel(
  session: Reloadable,
  tell: { readonly reloaded: () => void; readonly failed: (error: unknown) => void },
  everyMs: number = EVERY_MS,
): () => void {
  let known = stampOf(session);
  let busy = false;
  const timer = setInterval(() => {
    const stamp = stampOf(session);
    // The folder is missing for a moment while it is exchanged; or the player has chosen another model.
    if (busy || stamp === null || stamp.text === known?.text) return;
    if (stamp.folder !== known?.folder) {
      known = stamp;
      return;
    }
    if (session.loads) return;
    known = stamp;
    busy = true;
    session
      .reload()
      .then(tell.reloaded, tell.failed)
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** null where there is no model in the folder. */
function stampOf(session: Reloadable): { readonly folder: string; readonly text: string } | null {
  try {
    const folder = session.modelFolder;
    if (folder === null) return null;
    // Weights may have other names.
    const stats = [
      statSync(join(folder, 'model.json')),
      statSync(join(folder, 'weights.bin'), { throwIfNoEntry: false }),
    ];
    const text = stats.map((stat) => `${folder} ${stat?.ino} ${stat?.mtimeMs} ${stat?.size}`);
    return { folder, text: text.join() };
  } catch {
    return null;
  }
}
