import { basename, extname } from 'node:path';
import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { FORMATS, type Format, fileNameOf, takeAsAbc, takeAsMidi } from '../../host/takes/library/export.js';
import { type OpenedTake, openTake, takeMusic } from '../../host/takes/library/music.js';
import { takeAsWav } from '../../host/takes/library/sound.js';
import { writePieces } from '../../write-pieces.js';
import { isStandardOutput, reportStream, requireOutput, writeOutput } from '../files.js';
import { choiceOption } from '../options.js';
import { printable } from '../printable.js';
import { stoppable } from '../stoppable.js';
import { libraryOf, MODEL, TAKE, TAKES } from './args.js';

export default defineCommand({
  meta: {
    name: 'export',
    description:
      'Write a take as MIDI, with tempo, meter and a track for each who plays, as ABC, or as sound.',
  },
  args: {
    take: TAKE,
    takes: TAKES,
    out: {
      type: 'string',
      alias: ['o', 'output'],
      description:
        'The file to write; its ending says what; - is standard output (default: named after the take)',
      valueHint: 'FILE',
    },
    format: {
      type: 'string',
      description: `${FORMATS.join(', ')} (default: by the ending of --out, else mid)`,
      valueHint: 'FORMAT',
    },
    model: MODEL,
    json: { type: 'boolean', default: false, description: 'Say what was written as one JSON object' },
  },
  async run({ args }) {
    const format = formatOf(args);
    const folder = libraryOf(args).find(args.take);
    const out = args.out ?? fileNameOf(folder, basename(folder), format);
    await requireOutput(out, { binary: format !== 'abc' });
    const { bytes, missing } = await written(await openTake(folder), { ...args, out, format });
    for (const why of missing) process.stderr.write(printable(`continuo: not all of it is here. ${why}\n`));
    const said = args.json
      ? JSON.stringify({ file: out, format, bytes, missing })
      : `${out} has ${bytes} bytes.`;
    reportStream(out).write(`${said}\n`);
  },
});

/** Throws OPTION_VALUE. */
function formatOf({
  format,
  out,
}: {
  readonly format?: string | undefined;
  readonly out?: string | undefined;
}): Format {
  if (format !== undefined) return choiceOption('format', format, FORMATS);
  if (out === undefined || isStandardOutput(out)) return 'mid';
  const ending = extname(out).slice(1).toLowerCase();
  if (ending === 'midi') return 'mid';
  const known = FORMATS.find((one) => one === ending);
  if (known !== undefined) return known;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--out ${out} does not say what to write: it ends with none of ${FORMATS.map((one) => `.${one}`).join(', ')}.`,
    'Give such an ending, or --format.',
  );
}

interface Asked {
  readonly out: string;
  readonly format: Format;
  readonly model?: string | undefined;
}

interface Written {
  readonly bytes: number;
  readonly missing: readonly string[];
}

async function written(opened: OpenedTake, { out, format, model }: Asked): Promise<Written> {
  if (format === 'abc') return { bytes: await write(out, await takeAsAbc(opened)), missing: [] };
  const music = await takeMusic(opened, { model });
  const { missing } = music;
  if (format === 'mid') return { bytes: await write(out, await takeAsMidi(opened, music)), missing };
  const bytes = await stoppable((shown) =>
    shown('rendering', async (watch) => {
      const pieces = takeAsWav(music, watch);
      if (!isStandardOutput(out)) return writePieces(out, pieces);
      let written = 0;
      for await (const piece of pieces) written += await write(out, piece);
      return written;
    }),
  );
  return { bytes, missing };
}

async function write(out: string, content: Uint8Array | string): Promise<number> {
  await writeOutput(out, content);
  return Buffer.byteLength(content);
}
