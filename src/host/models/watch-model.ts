import { statSync } from 'node:fs';
import { join } from 'node:path';

/** What a model's folder is watched for. */
export interface Reloadable {
  /** null where it plays without a model. */
  readonly modelFolder: string | null;
  readonly rests: boolean;
  reload(): Promise<void>;
}

const EVERY_MS = 1000;

/**
 * Looks at the model's folder now and then; when its weights are others than before, and nobody plays, the session takes them
 * up: so that one can play while `continuo train` writes ever better ones. A folder that does not load is left until it
 * changes again. Returns how to end it.
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
    // Gone for a moment, while it is exchanged; or the player chose another model.
    if (busy || stamp === null || stamp.text === known?.text) return;
    if (stamp.folder !== known?.folder) {
      known = stamp;
      return;
    }
    if (!session.rests) return;
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
