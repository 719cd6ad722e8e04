import { basename, extname } from 'node:path';
import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { type FromMidiOptions, tuneFromMidi } from '../../music/abc/from-midi/index.js';
import { readKey, readMeter, writeAbc } from '../../music/abc/index.js';
import { inputName, writeOutput } from '../files.js';
import { readMidiInput } from '../live/midi-input.js';
import { integerOption } from '../options.js';

export const fromMidi = defineCommand({
  meta: { name: 'from-midi', description: 'Write the one line of notes of a MIDI file as an ABC tune.' },
  args: {
    file: {
      type: 'positional',
      description: 'MIDI file, - for standard input',
      valueHint: 'IN.mid|-',
      required: true,
    },
    out: {
      type: 'string',
      alias: 'o',
      default: '-',
      description: 'File to write, - for the terminal',
      valueHint: 'OUT.abc',
    },
    track: { type: 'string', description: 'Of several tracks with notes the Nth', valueHint: 'N' },
    grid: {
      type: 'string',
      description: 'Put notes on a grid, such as 1/16, or 1/12 for triplets of eighths (default: found)',
      valueHint: '1/N',
    },
    meter: {
      type: 'string',
      description: "Such as 6/8 (default: the file's, or as heard)",
      valueHint: 'METER',
    },
    key: { type: 'string', description: "Such as Ador (default: the file's, or as heard)", valueHint: 'KEY' },
    title: { type: 'string', description: "T: of the tune (default: the file's name)", valueHint: 'TITLE' },
  },
  async run({ args }) {
    const title = args.title ?? (args.file === '-' ? '' : basename(args.file, extname(args.file)));
    const options: FromMidiOptions = {
      title,
      ...(args.track !== undefined && { track: integerOption('track', args.track, 1, 1000) }),
      ...(args.grid !== undefined && { grid: gridOf(args.grid) }),
      ...(args.meter !== undefined && { meter: meterOf(args.meter) }),
      ...(args.key !== undefined && { key: keyOf(args.key) }),
    };
    const { tune, said } = tuneFromMidi((await readMidiInput(args.file)).piece, options);
    await writeOutput(args.out, writeAbc(tune));
    process.stderr.write(`${inputName(args.file)}: ${said.join('; ')}\n`);
  },
});

const GRIDS = [4, 8, 12, 16, 24, 32, 48, 64];

function gridOf(text: string): number {
  const parts = Number(/^1\/(\d{1,2})$/.exec(text.trim())?.[1]);
  if (GRIDS.includes(parts)) return parts;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--grid takes a part of a whole note, not "${text}".`,
    `One of ${GRIDS.map((parts) => `1/${parts}`).join(', ')}.`,
  );
}

function meterOf(text: string) {
  const meter = readMeter(text);
  if (typeof meter === 'object' && meter !== null) return meter;
  throw new ContinuoError('OPTION_VALUE', `--meter takes a meter, not "${text}".`, 'Such as 6/8, 4/4, C|.');
}

function keyOf(text: string) {
  const key = readKey(text);
  if (typeof key !== 'string' && /^[A-G]/.test(text.trim()) && !key.accidentals) return key;
  throw new ContinuoError('OPTION_VALUE', `--key takes a key, not "${text}".`, 'Such as G, Ador, Em, Bb.');
}
