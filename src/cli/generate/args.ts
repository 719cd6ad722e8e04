import type { ParsedArgs } from 'citty';
import { TUNE_OPTIONS } from '../../plugins/folk/compose/tune-options.js';
import { LOOK_AHEAD } from '../../plugins/folk/generate/cadence.js';
import { ENGINE_ARGS } from '../live/session-options.js';
import { reworkArgs } from './rework.js';

const { form, bars, range, temperature, topP, bestOf } = TUNE_OPTIONS;
export const FORM = form.default;
export const BARS = String(bars.default);
const BEST_OF = String(bestOf.default);
export const PARTICLES = String(LOOK_AHEAD);

/** Options of `continuo generate folk`. */
export const folkArgs = {
  type: {
    type: 'string',
    description:
      'reel, jig, slip-jig, hornpipe, polka, slide, strathspey, or several joined by commas; by meter and form alone: waltz, march, …',
    valueHint: 'TYPE',
  },
  key: {
    type: 'string',
    description: 'Tonic and mode, such as G, Ador, Em, or several (default: as sessions play)',
    valueHint: 'KEY',
  },
  meter: { type: 'string', description: "Such as 6/8 (default: the type's)", valueHint: 'METER' },
  form: {
    type: 'string',
    default: FORM,
    description: 'Parts as they are played: AABB, AAB, AB, ABAB, …',
    valueHint: 'FORM',
  },
  bars: { type: 'string', default: BARS, description: 'Bars a part', valueHint: 'N' },
  range: {
    type: 'string',
    default: range.default,
    description:
      'session (D4 to B5, and what a tune given has beyond), any, fiddle, whistle-d, flute, box-dg, or two notes such as A3-B5',
    valueHint: 'RANGE',
  },
  prime: {
    type: 'string',
    description: 'Go on from the beginning of a tune: an ABC file, - for standard input',
    valueHint: 'FILE',
  },
  tune: {
    type: 'string',
    description: 'Of several tunes in the file given, the one with this X: number (default: the first)',
    valueHint: 'X',
  },
  ...reworkArgs,
  title: {
    type: 'string',
    description: 'The name of the tune; of several, each has its number behind it',
    valueHint: 'TITLE',
  },
  tempo: {
    type: 'string',
    description: 'Q: of the tune, and the tempo of --midi: 3/8=110, or 110 beats of its meter',
    valueHint: 'Q',
  },
  count: { type: 'string', default: '1', description: 'How many tunes', valueHint: 'N' },
  'best-of': {
    type: 'string',
    default: BEST_OF,
    description: 'Make N candidates of each tune and keep the best, as the critic of the model hears them',
    valueHint: 'N',
  },
  'look-ahead': {
    type: 'string',
    default: PARTICLES,
    description:
      'Draw the end of each part N times and keep what ends as the network would; 1 is off and faster',
    valueHint: 'N',
  },
  temperature: {
    type: 'string',
    default: String(temperature.default),
    description: 'Low is careful, high is adventurous',
    valueHint: 'T',
  },
  'top-p': {
    type: 'string',
    default: String(topP.default),
    description: 'Only the likeliest choices, up to this share',
    valueHint: 'P',
  },
  seed: {
    type: 'string',
    description: 'A whole number: the same seed and options give the same bytes (default: random)',
    valueHint: 'N',
  },
  out: {
    type: 'string',
    alias: 'o',
    default: '-',
    description: 'Where the tunes go; - is standard output',
    valueHint: 'FILE',
  },
  chords: {
    type: 'boolean',
    default: false,
    description: 'Chord symbols: too few training tunes have any, and this says how few',
  },
  midi: {
    type: 'string',
    description: "Also a MIDI file a tune, repeats played, with its type's lilt, in this folder",
    valueHint: 'DIR',
  },
  lilt: {
    type: 'string',
    description: "Of --midi: the type's lilt and stress, from 0 (as written) to 1 (default: 1)",
    valueHint: 'L',
  },
  svg: {
    type: 'string',
    description: 'Also an engraved page a tune, as SVG, in this folder',
    valueHint: 'DIR',
  },
  json: {
    type: 'boolean',
    default: false,
    description: 'One JSON object: tunes, what each is worth, statistics',
  },
  stream: {
    type: 'boolean',
    default: false,
    description: 'Print each tune when it is chosen; with --best-of 1, bars as they come',
  },
  novel: {
    type: 'boolean',
    default: false,
    description:
      'Draw again what copies: tunes that share more notes in a row with a training tune than 19 of 20 tunes by people do',
  },
  'most-shared': {
    type: 'string',
    description: 'As --novel, with a bound of your own: share at most so many notes in a row',
    valueHint: 'NOTES',
  },
  plugin: {
    type: 'string',
    default: 'folk',
    description: 'A plugin that makes tunes: its id, or its folder',
    valueHint: 'ID|FOLDER',
  },
  model: {
    type: 'string',
    description: "A model's name, or its folder (default: the best)",
    valueHint: 'ID|FOLDER',
  },
  memory: ENGINE_ARGS.memory,
} as const;

export type FolkArgs = ParsedArgs<typeof folkArgs>;
