import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { CorpusPlugin } from '../../host/plugins/corpus-plugins.js';
import type { CodecOpening, CorpusCodec } from '../../plugin/corpus.js';
import type { CorpusAid } from '../../plugin/corpus-descriptor.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';

/** A corpus plugin with the chosen codec. */
export interface CorpusInCodec extends CorpusPlugin {
  readonly codec: CorpusCodec;
}

/** How to open a codec: its id, the metadata of a model or data set, and the folders of its aids (extra files) by name. */
export interface CodecChoice extends Pick<CodecOpening, 'said'> {
  readonly id: string;
  readonly aids?: Readonly<Record<string, string>>;
}

/**
 * Opens a codec. Throws CODEC_UNKNOWN, OPTION_VALUE if an aid is missing or does not belong to the codec, FILE_READ, and the
 * plugin's errors for an aid.
 */
export async function openCodec(
  plugin: CorpusPlugin,
  { id, said = {}, aids = {} }: CodecChoice,
): Promise<CorpusInCodec> {
  checkAids(plugin.kind.aids, id, aids);
  const read: Record<string, Record<string, Uint8Array>> = {};
  for (const [name, folder] of Object.entries(aids))
    read[name] = await readAid(folder, plugin.kind.aids[name]!.files);
  return { ...plugin, codec: plugin.corpus.codec(id, { said, aids: read }) };
}

/** Checks, before any file is read, that each aid belongs to the codec. Throws OPTION_VALUE. */
export function checkAids(
  known: Readonly<Record<string, CorpusAid>>,
  codec: string,
  given: Readonly<Record<string, string>>,
): void {
  const names = new Set([...Object.keys(known), ...Object.keys(given)]);
  for (const name of names) {
    const belongs = known[name]?.codec === codec;
    const isGiven = Object.hasOwn(given, name);
    if (belongs === isGiven || (belongs && known[name]!.optional)) continue;
    throw new ContinuoError(
      'OPTION_VALUE',
      known[name]
        ? `--${name} FOLDER is for --codec ${known[name].codec}${known[name].optional ? '' : ': give both or neither'}.`
        : `--${name} is for no codec of this plugin.`,
      known[name] && `${known[name].help} (${known[name].files.join(', ')}).`,
    );
  }
}

/** Reads the files of an aid, by name. Throws FILE_READ. */
export async function readAid(folder: string, files: readonly string[]): Promise<Record<string, Uint8Array>> {
  const read: Record<string, Uint8Array> = {};
  for (const file of files) {
    read[file] = await readRegularFile(join(folder, file), MOST_MUSIC).catch(async (cause: Error) => {
      const there = await readdir(folder).catch(() => []);
      throw new ContinuoError(
        'FILE_READ',
        `Expected a folder with ${files.join(' and ')}: ${cause.message}`,
        there.length === 0 ? 'Is the path right?' : `It holds ${there.slice(0, 5).join(', ')}.`,
        { cause },
      );
    });
  }
  return read;
}
