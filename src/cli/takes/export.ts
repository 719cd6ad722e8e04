import { basename, extname } from 'node:path';
import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { FORMATS, type Format, fileNameOf, takeAsAbc, takeAsMidi } from '../../host/takes/library/export.js';
import { type OpenedTake, openTake, takeMusic } from '../../host/takes/library/music.js';
import { isStandardOutput, reportStream, requireOutput, writeOutput } from '../files.js';
import { choiceOption } from '../options.js';
import { printable } from '../printable.js';
import { libraryOf, MODEL, TAKE, TAKES } from './args.js';

export default defineCommand({
  meta: {
    name: 'export',
    description: 'Write a take as MIDI, with tempo, meter and a track for each who plays, or as ABC.',
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
    const { content, missing } = await written(await openTake(folder), format, args);
    await writeOutput(out, content);
    for (const why of missing) process.stderr.write(printable(`continuo: not all of it is here. ${why}\n`));
    const bytes = Buffer.byteLength(content);
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

async function written(
  opened: OpenedTake,
  format: Format,
  { model }: { readonly model?: string | undefined },
): Promise<{ readonly content: Uint8Array | string; readonly missing: readonly string[] }> {
  if (format === 'abc') return { content: await takeAsAbc(opened), missing: [] };
  const music = await takeMusic(opened, { model });
  return { content: await takeAsMidi(opened, music), missing: music.missing };
}
