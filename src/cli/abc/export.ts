import { extname, join } from 'node:path';
import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { makeFolder } from '../../make-folder.js';
import type { ReadTune, Tune } from '../../music/abc/index.js';
import { tuneMidi } from '../../music/abc/to-midi/index.js';
import { isStandardOutput, requireOutput, writeOutput } from '../files.js';
import { numberOption } from '../options.js';
import { progressBar } from '../progress.js';
import { FILE, readTunes, refusedText } from './file.js';

const tune = {
  type: 'string',
  description: 'Of several tunes the one with this X: number',
  valueHint: 'X',
} as const;

const out = (ending: string) =>
  ({
    type: 'string',
    alias: 'o',
    description: `A ${ending} file for one tune (- for standard output), or a folder for any number`,
    valueHint: `OUT${ending}|DIR`,
    required: true,
  }) as const;

export const midi = defineCommand({
  meta: {
    name: 'midi',
    description: "Play tunes into MIDI files: repeats, ornaments, and the lilt of the tune's type.",
  },
  args: {
    file: FILE,
    out: out('.mid'),
    tune,
    lilt: {
      type: 'string',
      default: '1',
      description: 'How much lilt and stress what R: says is given, from 0 (as written) to 1',
      valueHint: 'L',
    },
    plain: { type: 'boolean', default: false, description: 'Leave out graces, rolls, trills and the like' },
    chords: {
      type: 'boolean',
      default: false,
      description: 'Play bass and chords to the chord symbols, on a track of their own',
    },
  },
  async run({ args }) {
    const lilt = numberOption('lilt', args.lilt, 0, 1);
    const { plain, chords } = args;
    await writeEach(args, '.mid', ({ tune, title }) => tuneMidi(tune, lilt, title, { plain, chords }));
  },
});

export const svg = defineCommand({
  meta: { name: 'svg', description: 'Engrave tunes, a page each, with all that is written in them.' },
  args: { file: FILE, out: out('.svg'), tune },
  async run({ args }) {
    const { engrave } = await import('../../engraving/engrave.js');
    await writeEach(args, '.svg', ({ source }) => engrave(source));
  },
});

type Readable = ReadTune & { readonly tune: Tune };

/** Writes a file for each tune that can be read; says which cannot. */
async function writeEach(
  { file, out, tune }: { readonly file: string; readonly out: string; readonly tune?: string | undefined },
  ending: string,
  written: (tune: Readable) => Uint8Array | string,
): Promise<void> {
  const one = isStandardOutput(out) || extname(out).toLowerCase() === ending;
  if (one) await requireOutput(out, { binary: ending === '.mid' });
  const tunes = (await readTunes(file)).filter(({ number }) => tune === undefined || number === tune);
  if (tunes.length === 0 || (one && tunes.length > 1)) {
    throw new ContinuoError(
      'OPTION_VALUE',
      tunes.length === 0
        ? `${file} has no tune X:${tune}.`
        : `${file} has ${tunes.length} tunes${tune === undefined ? '' : ` X:${tune}`}, and ${out} has room for one.`,
      tunes.length === 0 ? 'Give a number that stands after X:.' : 'Give a folder, or one tune by --tune.',
    );
  }
  if (!one) makeFolder(out);
  const bar = progressBar('writing');
  try {
    for (const [place, read] of tunes.entries()) {
      const name = `tune-${String(place + 1).padStart(String(tunes.length).length, '0')}${ending}`;
      if (isReadable(read)) await writeOutput(one ? out : join(out, name), written(read));
      else {
        process.stderr.write(refusedText(file, read));
        process.exitCode = 1;
      }
      bar.show((place + 1) / tunes.length);
    }
  } finally {
    bar.done();
  }
}

function isReadable(read: ReadTune): read is Readable {
  return read.tune !== undefined;
}
