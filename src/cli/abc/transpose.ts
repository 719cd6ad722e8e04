import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import {
  type Goal,
  INSTRUMENTS,
  LETTERS,
  readAbc,
  transposeText,
  writtenAbove,
} from '../../music/abc/index.js';
import { writeOutput } from '../files.js';
import { integerOption } from '../options.js';
import { readEditable } from '../text-input.js';
import { FILE, leftText } from './file.js';

/** Semitones: five octaves, more than an instrument is transposed by. */
const MOST_SEMITONES = 60;

export default defineCommand({
  meta: {
    name: 'transpose',
    description:
      'Move tunes to another tonic, by semitones or for an instrument; all else in the file stays.',
  },
  args: {
    file: FILE,
    to: {
      type: 'string',
      description: 'Tonic, such as G, Bb or F#, by the shorter way; or semitones, such as +2 or -12',
      valueHint: 'TONIC|±N',
    },
    for: {
      type: 'string',
      description: 'Written for an instrument that sounds in another key: Bb, Eb, A, F, clarinet, alto-sax …',
      valueHint: 'INSTRUMENT',
    },
    octave: {
      type: 'string',
      default: '0',
      description: 'Octaves up (or down, -1) from there',
      valueHint: 'N',
    },
    out: {
      type: 'string',
      alias: 'o',
      description: 'File to write, - for the terminal',
      valueHint: 'OUT.abc',
      default: '-',
    },
  },
  async run({ args }) {
    const goal = goalOf(args.to, args.for, integerOption('octave', args.octave, -4, 4));
    const { text: source, encode } = await readEditable(args.file);
    const tunes = readAbc(source);
    const { text, warnings } = transposeText(source, goal, (tune) => tunes[tune]?.refusal !== undefined);
    for (const read of tunes) {
      if (!read.refusal) continue;
      process.stderr.write(leftText(args.file, read));
      process.exitCode = 1;
    }
    for (const { place, reason } of warnings)
      process.stderr.write(`${args.file}:${place.line}:${place.column}: warning: ${reason}\n`);
    await writeOutput(args.out, encode(text));
  },
});

/** Throws OPTION_VALUE. */
function goalOf(to: string | undefined, instrument: string | undefined, octaves: number): Goal {
  if ((to === undefined) === (instrument === undefined)) {
    throw new ContinuoError(
      'OPTION_VALUE',
      to === undefined ? 'transpose needs --to or --for.' : 'transpose takes --to or --for, not both.',
      '--to G, --to +2, or --for Bb.',
    );
  }
  if (instrument !== undefined) {
    const above = writtenAbove(instrument);
    if (above !== undefined) return { semitones: above + 12 * octaves };
    throw new ContinuoError(
      'OPTION_VALUE',
      `--for takes an instrument, not "${instrument.slice(0, 40)}".`,
      `One of ${INSTRUMENTS.join(', ')}; or say semitones by --to.`,
    );
  }
  const semitones = /^[+-]?\d{1,3}$/.test(to!) ? Number(to) : Number.NaN;
  if (Math.abs(semitones) <= MOST_SEMITONES) return { semitones: semitones + 12 * octaves };
  const found = /^([A-Ga-g])([#b♯♭]?)$/.exec(to!);
  if (!found) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--to takes a tonic, or up to ${MOST_SEMITONES} semitones, not "${to!.slice(0, 40)}".`,
      'A letter from A to G, with # or b if need be (the mode stays as it is); or a number, such as +2 or -12.',
    );
  }
  const alter = { '': 0, '#': 1, '♯': 1, b: -1, '♭': -1 }[found[2]!]!;
  return { tonic: { letter: LETTERS.indexOf(found[1]!.toUpperCase()), alter }, octaves };
}
