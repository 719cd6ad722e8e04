import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { CorpusPlugin } from '../../host/plugins/corpus-plugins.js';
import type { CodecOpening, CorpusCodec } from '../../plugin/corpus.js';
import type { CorpusAid } from '../../plugin/corpus-descriptor.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';

/** A plugin that makes training data, with the codec that was chosen. */
export interface CorpusInCodec extends CorpusPlugin {
  readonly codec: CorpusCodec;
}

/** What a codec is opened with: what a model or a data set says of it, and the folders of aids by their names. */
export interface CodecChoice extends Pick<CodecOpening, 'said'> {
  readonly id: string;
  readonly aids?: Readonly<Record<string, string>>;
}

/** Throws CODEC_UNKNOWN, OPTION_VALUE where an aid is missing or not the codec's, FILE_READ, and what the plugin refuses an aid with. */
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

/** Whether each aid goes with the codec; checked before any file is read. Throws OPTION_VALUE. */
export function checkAids(
  known: Readonly<Record<string, CorpusAid>>,
  codec: string,
  given: Readonly<Record<string, string>>,
): void {
  const names = new Set([...Object.keys(known), ...Object.keys(given)]);
  for (const name of names) {
    const belongs = known[name]?.codec === codec;
    if (belongs === Object.hasOwn(given, name)) continue;
    throw new ContinuoError(
      'OPTION_VALUE',
      known[name]
        ? `--${name} FOLDER is for --codec ${known[name].codec}: give both or neither.`
        : `--${name} is for no codec of this plugin.`,
      known[name] && `${known[name].help} (${known[name].files.join(', ')}).`,
    );
  }
}

/** The files of an aid, by their names. Throws FILE_READ. */
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
