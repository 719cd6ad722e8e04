import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { ContinuoError } from '../errors.js';
import { FOLDERS } from '../host/folders.js';
import { MOST_MUSIC, readRegularFile } from '../read-file.js';
import { isSafeUrl } from './download.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const Source = z.strictObject({
  url: z.string().refine(isSafeUrl, 'an https address'),
  /** `zip`, or one file as it is. */
  archive: z.enum(['zip', 'none']),
  /** Size and checksum where they are known; otherwise the source is verified by its members alone. */
  bytes: z.int().positive().optional(),
  sha256: sha256.optional(),
});

/** The schema of datasets/NAME.json: where a corpus is, its licence, and how it is used. */
const Manifest = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]*$/),
    kind: z.enum(['midi', 'abc']),
    what: z.string(),
    homepage: z.url().optional(),
    /** Its sources, and the list of its members (datasets/LIST): see members.ts. */
    sources: z.array(Source).optional(),
    members: z.string().optional(),
    /** Or its folder in datasets/, for a corpus of our own. */
    folder: z.string().optional(),
    /** What the checksums cover. */
    verified: z.string(),
    licence: z.strictObject({
      /** SPDX identifier, or words. */
      name: z.string(),
      /** The terms for users of the corpus, and of models trained on it. */
      asks: z.string(),
      nonCommercial: z.boolean(),
    }),
    citation: z.string(),
    split: z.string(),
    /** The codec that `dataset build` takes for it; absent where none of ours reads it. */
    codec: z.string().optional(),
    pieces: z.int().positive(),
  })
  .refine(
    ({ sources, members, folder }) =>
      (folder === undefined) === (sources !== undefined && members !== undefined),
    'either sources and members, or a folder of our own',
  );

export type Source = z.infer<typeof Source>;
export type Manifest = z.infer<typeof Manifest> & {
  /** Folder of the manifest, from which `members` and `folder` count. */
  readonly at: string;
};

/** The corpora that Continuo knows, by name. */
export async function knownCorpora(): Promise<Manifest[]> {
  const names = (await readdir(FOLDERS.datasets)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map((name) => readManifest(join(FOLDERS.datasets, name))));
}

/** The manifest of that name, or at that path if it ends in .json. Throws CORPUS_UNKNOWN, FILE_READ. */
export async function manifestOf(name: string): Promise<Manifest> {
  if (name.endsWith('.json')) return readManifest(name);
  const known = await knownCorpora();
  const found = known.find((manifest) => manifest.name === name);
  if (found) return found;
  throw new ContinuoError(
    'CORPUS_UNKNOWN',
    `There is no corpus named ${JSON.stringify(name)}.`,
    `There are: ${known.map((manifest) => manifest.name).join(', ')}. A manifest of your own is named by its path.`,
  );
}

async function readManifest(path: string): Promise<Manifest> {
  let json: unknown;
  try {
    json = JSON.parse(String(await readRegularFile(path, MOST_MUSIC)));
  } catch (cause) {
    throw new ContinuoError('FILE_READ', `${path} cannot be read: ${(cause as Error).message}.`, undefined, {
      cause,
    });
  }
  const manifest = Manifest.safeParse(json);
  if (manifest.success) return { ...manifest.data, at: dirname(resolve(path)) };
  const [issue] = manifest.error.issues;
  throw new ContinuoError(
    'FILE_READ',
    `${basename(path)} is no manifest of a corpus: ${issue!.path.join('.') || 'it'}: ${issue!.message}.`,
    'datasets/README.md says what stands in one.',
  );
}

/** Where the corpus lies: in datasets/ if it is ours, else where `fetch` puts it. */
export function corpusFolder(manifest: Manifest): string {
  return manifest.folder === undefined
    ? join(FOLDERS.corpora, manifest.name)
    : join(manifest.at, manifest.folder);
}
