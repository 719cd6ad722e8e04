import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { type PluginDescriptor, parseDescriptor } from '../../plugin/descriptor.js';
import { isEarlier } from '../../plugin/params.js';
import { isAbsent, readRegularFile } from '../../read-file.js';
import { hostVersion } from '../folders.js';
import type { PluginPlace, PluginSource } from './places.js';

/** A plugin whose plugin.json has been read; its code has not been run. */
export interface FoundPlugin {
  readonly descriptor: PluginDescriptor;
  /** Its real path (symbolic links resolved). */
  readonly folder: string;
  readonly source: PluginSource;
  /** How the program and takes refer to it: its id, or the path that was given. */
  readonly ref: string;
}

/** Largest plugin.json, in bytes. */
const MOST_BYTES = 256 * 1024;

/**
 * Reads the plugin.json of a folder. Throws PLUGIN_FILE where it is missing, not a file or too large; PLUGIN_BROKEN, PLUGIN_API,
 * PARAM_RESERVED.
 */
export async function readPlugin({ folder, source }: PluginPlace): Promise<FoundPlugin> {
  const file = join(folder, 'plugin.json');
  const bytes = await readRegularFile(file, MOST_BYTES).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const descriptor = parseDescriptor(parseJson(bytes.toString('utf8'), file), file);
  checkHost(descriptor, file);
  const real = realpathSync(folder);
  return { descriptor, folder: real, source, ref: source === 'path' ? real : descriptor.id };
}

function unreadable(folder: string, error: unknown): ContinuoError {
  if (!(error instanceof ContinuoError)) throw error;
  return isAbsent(error)
    ? new ContinuoError(
        'PLUGIN_FILE',
        `${folder} has no plugin.json.`,
        'Give the folder of a plugin; continuo plugin new NAME makes one.',
        { cause: error },
      )
    : new ContinuoError(
        'PLUGIN_FILE',
        error.message,
        `A plugin.json is a file of at most ${MOST_BYTES} bytes, such as continuo plugin new NAME makes.`,
        { cause: error },
      );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ContinuoError('PLUGIN_BROKEN', `${file} is not JSON: ${(cause as Error).message}`, undefined, {
      cause,
    });
  }
}

function checkHost({ leastHostVersion }: PluginDescriptor, file: string): void {
  const here = hostVersion();
  if (leastHostVersion === undefined || !isEarlier(here, leastHostVersion)) return;
  throw new ContinuoError(
    'PLUGIN_API',
    `${file} asks for Continuo ${leastHostVersion} or newer; this is ${here}.`,
    'Install a newer Continuo, or an older version of the plugin.',
  );
}
