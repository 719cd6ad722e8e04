import { TUNE_TYPES, type TuneType } from '../../../music/abc/tune-type.js';
import type { ParamSpec } from '../../../plugin/params.js';

/** What is asked of a tune. What is not said is left to the network, or to custom; a seed that is not said is drawn. */
export interface TuneSettings {
  readonly type?: TuneType;
  readonly key?: string;
  readonly meter?: string;
  /** Parts as they are played: AABB. */
  readonly form: string;
  /** Bars a part. */
  readonly bars: number;
  readonly range: string;
  readonly temperature: number;
  /** Only the likeliest choices, up to this share of the probability. */
  readonly topP: number;
  readonly seed?: number;
  /** Candidates, of which the best is kept. */
  readonly bestOf: number;
  /** Whether what copies a training tune is drawn again. */
  readonly novel: boolean;
  /** T:, where the name that a tune gets by itself is not wanted. */
  readonly title?: string;
  /** Q:, such as `3/8=110`, or beats a minute; where nothing is said, a tune has its type's tempo. */
  readonly tempo?: string;
}

/** An option of a tune. It has words for people, since a form is made from it. */
export type TuneOption = ParamSpec & { readonly label: string; readonly help: string };
export type TuneOptionId = keyof TuneSettings;

/** The options of a tune, in the order in which they are asked for. Protocol and panel are made from these. */
export const TUNE_OPTIONS = {
  type: { type: 'choice', label: 'Type', help: 'What is danced to it', choices: TUNE_TYPES, default: null },
  key: {
    type: 'text',
    label: 'Key',
    help: 'Tonic and mode, such as G, Ador, Em; empty: as sessions play',
    suggestions: [
      'D',
      'G',
      'A',
      'C',
      'F',
      'Em',
      'Am',
      'Bm',
      'Dm',
      'Gm',
      'Ador',
      'Edor',
      'Ddor',
      'Amix',
      'Dmix',
    ],
    default: '',
    maxLength: 20,
  },
  meter: {
    type: 'text',
    label: 'Meter',
    help: "Such as 6/8; empty: the type's",
    suggestions: ['4/4', 'C|', '2/4', '3/4', '6/8', '9/8', '12/8'],
    default: '',
    maxLength: 10,
  },
  form: {
    type: 'text',
    label: 'Form',
    help: 'Parts as they are played',
    suggestions: ['AABB', 'AAB', 'AB', 'ABAB', 'AABBCC'],
    default: 'AABB',
    maxLength: 16,
  },
  bars: { type: 'int', label: 'Bars a part', help: 'From 2 to 64', min: 2, max: 64, default: 8 },
  range: {
    type: 'text',
    label: 'Range',
    help: 'session (D4 to B5), any, an instrument, or two notes such as A3-B5',
    suggestions: ['session', 'any', 'fiddle', 'whistle-d', 'flute', 'box-dg'],
    default: 'session',
    maxLength: 40,
  },
  temperature: {
    type: 'float',
    label: 'Temperature',
    help: 'Low is careful, high is adventurous',
    min: 0.1,
    max: 2,
    step: 0.05,
    default: 0.8,
  },
  topP: {
    type: 'float',
    label: 'Top-p',
    help: 'Only the likeliest choices, up to this share of the probability',
    min: 0.1,
    max: 1,
    step: 0.01,
    default: 1,
  },
  seed: {
    type: 'int',
    label: 'Seed',
    help: 'The same seed and options give the same tune; empty: another one each time',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: null,
  },
  bestOf: {
    type: 'int',
    label: 'Best of',
    help: 'Candidates, of which the best is kept',
    min: 1,
    max: 128,
    default: 32,
  },
  novel: {
    type: 'toggle',
    label: 'Novel',
    help: 'Draw again what shares more notes in a row with a training tune than 19 of 20 tunes by people do',
    default: false,
  },
  title: {
    type: 'text',
    label: 'Title',
    help: 'The name of the tune; empty: it is named by its type and key',
    suggestions: [],
    default: '',
    maxLength: 200,
  },
  tempo: {
    type: 'text',
    label: 'Tempo',
    help: "Beats a minute, or such as 3/8=110; empty: the type's",
    suggestions: ['80', '100', '120'],
    default: '',
    maxLength: 12,
  },
} as const satisfies Readonly<Record<TuneOptionId, TuneOption>>;
