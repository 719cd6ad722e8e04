import { z } from 'zod';
import type { Agree } from './agree.js';

/**
 * How examples are parted into those to train on and those held out, for a data set. `list`: a splits.csv (path,piece,split) in the
 * corpus names the files of each part. `family`: one family in so many is held out, by a hash of `seed` and the family, unless a
 * NAME.splits.txt beside NAME.ENDING says the split of each example. `spread`: one example in
 * so many, evenly spread over the corpus.
 */
export type CorpusSplit =
  | { readonly by: 'list' }
  | { readonly by: 'family'; readonly oneIn: number; readonly seed: string }
  | { readonly by: 'spread'; readonly oneIn: number };

/** Files that one of the codecs needs beside the corpus. `continuo dataset build` has an option of that name, which takes their folder. */
export interface CorpusAid {
  readonly help: string;
  readonly files: readonly string[];
  readonly codec: string;
  /** The codec does without as well, if less well. */
  readonly optional: boolean;
}

/** A file that is made of a whole corpus: `continuo dataset NAME`. */
export interface DerivedFile {
  /** Its usual name: `novelty.bin`. */
  readonly file: string;
  readonly help: string;
}

/** `corpus` of plugin.json: which files the plugin makes training data of, readable without running its code. */
export interface CorpusDescriptor {
  /** Endings of their names, in lower case, without the dot. */
  readonly endings: readonly string[];
  /** What they are: `MIDI files`. */
  readonly files: string;
  /** A folder of files, of which some may be refused, or one file that is used whole or not at all. Default: a folder. */
  readonly source: 'folder' | 'file';
  /** Ids of the plugin's codecs; the first is taken where nobody asks for another. */
  readonly codecs: readonly string[];
  readonly split: CorpusSplit;
  /** Taken only where its codec or its plugin is asked for: what such files are, their endings do not say. */
  readonly byName: boolean;
  /** Whether it learns from what people played in takes (`played`). */
  readonly takes: boolean;
  /** The names of what `learn` gives: kept by meta.json and model.json. */
  readonly learns: readonly string[];
  /** What is done to each example, for whoever reads meta.json. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** By the name of the option. */
  readonly aids: Readonly<Record<string, CorpusAid>>;
  /** By the name of the command. */
  readonly derived: Readonly<Record<string, DerivedFile>>;
}

const words = z.string().min(1).max(300);
const name = z
  .string()
  .max(24)
  .regex(/^[a-z]+(-[a-z]+)*$/, 'lower-case words joined by hyphens');
const fileName = z
  .string()
  .max(64)
  .regex(/^\w[\w.-]*$/, 'a file name');
const oneIn = z.int().min(2).max(1000);

export const corpusDescriptor = z
  .strictObject({
    endings: z
      .array(z.string().regex(/^[a-z0-9]{1,12}$/, 'lower-case letters and digits, without the dot'))
      .min(1)
      .max(16)
      .readonly(),
    files: z.string().min(1).max(40),
    source: z.enum(['folder', 'file']).default('folder'),
    codecs: z.array(z.string().min(1).max(64)).min(1).max(32).readonly(),
    split: z.discriminatedUnion('by', [
      z.strictObject({ by: z.literal('list') }),
      z.strictObject({ by: z.literal('family'), oneIn, seed: z.string().min(1).max(64) }),
      z.strictObject({ by: z.literal('spread'), oneIn }),
    ]),
    byName: z.boolean().default(false),
    takes: z.boolean().default(false),
    learns: z
      .array(
        z
          .string()
          .regex(/^[a-z][a-zA-Z0-9]*$/, 'a camelCase name')
          .max(40),
      )
      .max(8)
      .readonly()
      .default([]),
    options: z.exactOptional(
      z.record(z.string().max(40), z.union([z.string().max(80), z.number(), z.boolean()])),
    ),
    aids: z
      .record(
        name,
        z.strictObject({
          help: words,
          files: z.array(fileName).min(1).max(16).readonly(),
          codec: z.string(),
          optional: z.boolean().default(false),
        }),
      )
      .default({}),
    derived: z.record(name, z.strictObject({ file: fileName, help: words })).default({}),
  })
  .refine(
    ({ source, split }) => source === 'folder' || split.by === 'spread',
    'split: of one file, examples are held out by spread',
  )
  .refine(
    ({ aids, codecs }) => Object.values(aids).every(({ codec }) => codecs.includes(codec)),
    'aids: one is for a codec that is not among codecs',
  );

true satisfies Agree<z.infer<typeof corpusDescriptor>, CorpusDescriptor>;
