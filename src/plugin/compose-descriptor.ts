import { z } from 'zod';
import type { Agree } from './agree.js';
import { checkedParam } from './checked-param.js';
import type { ParamSpec } from './params.js';

/**
 * An option of a piece. Command-line flags (`bestOf` is `--best-of`), the protocol's fields and the panel's form are all derived
 * from it.
 */
export interface ComposeOption {
  readonly param: ParamSpec;
  /** Several values may be given, joined by commas on the command line: pieces take them in turn. */
  readonly several?: boolean;
  /** Where it is offered: `form` in the panel's form, `folded` there behind a button, `flag` on the command line alone. Default: `form`. */
  readonly shown?: 'form' | 'folded' | 'flag';
  /** The name of the export that it is about: how a piece is written, not what is made. */
  readonly ofExport?: string;
  /** What takes its place in a form where nothing was chosen: `any`, `random`. */
  readonly placeholder?: string;
}

/** Options by id. */
export type ComposeOptions = Readonly<Record<string, ComposeOption>>;

/** A format that a piece can be written in. */
export interface ExportFormat {
  /** Ending of its files' names, without the dot. */
  readonly ending: string;
  readonly mediaType: string;
  readonly help: string;
  /** Bytes, which no terminal should be shown. */
  readonly binary?: boolean;
}

/** Something that can be done with a piece that is given. */
export interface PieceEdit {
  /** What its button says. */
  readonly label: string;
  readonly help: string;
  /** `segments`: a list such as `3-4,B`; `place`: the number of a segment, or the piece's end; `nothing` besides the piece. */
  readonly takes: 'segments' | 'place' | 'nothing';
  /** Of an edit that takes segments: which of them stay as they are. Checked by the segments' texts. */
  readonly keeps?: 'named' | 'others';
  /**
   * Ids of options that a piece says itself: a form leaves them out with this edit. A command line refuses them, but with the edit of
   * a piece that is given without another word: there what is said holds for the new music.
   */
  readonly leavesOut?: readonly string[];
}

/** `compose` of plugin.json: what pieces the plugin makes, readable without running its code. */
export interface ComposeDescriptor {
  /** What it makes, as a sentence that begins with a verb: of `continuo generate ID`. Default: made of the plugin's description. */
  readonly help?: string;
  /** What a piece is called: `tune`, `tunes`. */
  readonly piece: { readonly one: string; readonly many: string };
  /** By id, in the order in which they are asked for. */
  readonly options: ComposeOptions;
  /** By name; the first is a text, and what is printed where nothing else is said. */
  readonly exports: Readonly<Record<string, ExportFormat>>;
  /** By name; none where pieces are made from nothing alone. */
  readonly edits: Readonly<Record<string, PieceEdit>>;
  /** The edit of a piece that is given without another word. */
  readonly givenEdit?: string;
  /** What its segments are called: `bar`, `bars`; absent where a piece has none. */
  readonly segment?: { readonly one: string; readonly many: string };
  /** What the panel shows of a piece. */
  readonly preview: 'abc' | 'text';
}

const noun = z.strictObject({ one: z.string().min(1).max(24), many: z.string().min(1).max(24) });
const name = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*$/, 'a camelCase name')
  .max(40);
const words = z.string().min(1).max(300);

export const composeDescriptor = z
  .strictObject({
    help: z.exactOptional(words),
    piece: noun,
    options: z.record(
      name,
      z.strictObject({
        param: checkedParam,
        several: z.exactOptional(z.boolean()),
        shown: z.exactOptional(z.enum(['form', 'folded', 'flag'])),
        ofExport: z.exactOptional(name),
        placeholder: z.exactOptional(z.string().max(24)),
      }),
    ),
    exports: z.record(
      name,
      z.strictObject({
        ending: z.string().regex(/^[a-z0-9]{1,8}$/, 'letters and digits'),
        mediaType: z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/, 'a media type'),
        help: words,
        binary: z.exactOptional(z.boolean()),
      }),
    ),
    edits: z
      .record(
        name,
        z.strictObject({
          label: words,
          help: words,
          takes: z.enum(['segments', 'place', 'nothing']),
          keeps: z.exactOptional(z.enum(['named', 'others'])),
          leavesOut: z.exactOptional(z.array(name).readonly()),
        }),
      )
      .default({}),
    givenEdit: z.exactOptional(name),
    segment: z.exactOptional(noun),
    preview: z.enum(['abc', 'text']),
  })
  .refine(({ exports }) => Object.keys(exports).length > 0, 'exports: at least one format')
  .refine(
    ({ exports }) => Object.values(exports)[0]?.binary !== true,
    'exports: the first format is printed, so it must not be binary',
  )
  .refine(
    ({ edits, givenEdit }) => givenEdit === undefined || Object.hasOwn(edits, givenEdit),
    'givenEdit: it is not among the edits',
  )
  .refine(
    ({ edits, givenEdit }) => edits[givenEdit ?? '']?.takes !== 'segments',
    'givenEdit: an edit that takes segments needs another word',
  )
  .refine(
    ({ edits, segment }) =>
      segment !== undefined || Object.values(edits).every(({ takes }) => takes === 'nothing'),
    'segment: an edit takes segments, and they have no name',
  )
  .refine(
    ({ edits, options }) =>
      Object.values(edits).every(({ leavesOut = [] }) => leavesOut.every((id) => Object.hasOwn(options, id))),
    'edits: leavesOut names no option',
  )
  .refine(
    ({ options, exports }) =>
      Object.values(options).every(
        ({ ofExport }) => ofExport === undefined || Object.hasOwn(exports, ofExport),
      ),
    'options: ofExport names no export',
  )
  .refine((descriptor) => clashOf(descriptor) === undefined, {
    error: ({ input }) =>
      `${clashOf(input as ComposeNames)}: two things have that name, and both would be the same option of a command line`,
  });

/** Names of the command line that every plugin's pieces have. */
const COMMON_NAMES = [
  ...['count', 'seed', 'out', 'json', 'stream', 'plugin', 'model', 'memory', 'prime', 'after', 'help'],
];

type ComposeNames = Pick<ComposeDescriptor, 'piece' | 'options' | 'exports' | 'edits' | 'givenEdit'>;

/** A name that would be two options of the command line. */
function clashOf({ piece, options, exports, edits, givenEdit }: ComposeNames): string | undefined {
  const names = [
    ...COMMON_NAMES,
    piece.one,
    ...Object.keys(options),
    ...Object.keys(exports).slice(1),
    ...Object.keys(edits).filter((edit) => edit !== givenEdit),
  ];
  return names.find((one, index) => names.indexOf(one) !== index);
}

true satisfies Agree<z.infer<typeof composeDescriptor>, ComposeDescriptor>;
