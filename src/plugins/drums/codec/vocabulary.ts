import type { Fields } from '../../../codec/packed.js';
import { range, vocabulary } from '../../../codec/vocabulary.js';
import { EARLY, GRIDS, MICRO_TICKS, TICKS_PER_BEAT } from './grid.js';
import { CLASSES, DRUMS } from './kit.js';
import { classWords, DENSITY_EDGES, LOUDNESS_EDGES, STYLES, TEMPO_EDGES } from './style.js';

/** Permanent name of the codec. */
export const CODEC_ID = 'drums-grid';

/** Beats a bar. */
export const FEWEST_BEATS = 2;
export const MOST_BEATS = 5;

/** Velocities are told apart in bins of nearly equal width. */
export const VELOCITY_BINS = 12;

/** The bin of a velocity from 1 to 127. */
export function velocityBin(velocity: number): number {
  return Math.min(VELOCITY_BINS - 1, Math.floor(((velocity - 1) * VELOCITY_BINS) / 127));
}

/** The velocity that stands for a bin: its middle. */
export function velocityOf(bin: number): number {
  return Math.round(1 + ((bin + 0.5) * 127) / VELOCITY_BINS - 0.5);
}

type Hits = { readonly [Class in (typeof CLASSES)[number]]: 2 };

/** 2 for each class, so that packed hits are an integer below 512 whose most significant digit is the kick. */
const HIT_FIELDS = Object.fromEntries(CLASSES.map((name) => [name, 2])) as Hits & Fields;

/**
 * A bar begins with BAR and PLAN, each of its beats with BEAT, which says into how many steps it is divided. Then come the steps in order, each one
 * HITS: what is struck on it, or nothing. A TOUCH for each class that is struck follows, in order of time: which drum of the class, how loud, and how
 * many ticks before or after the step. So time is in beats and never goes back, and the stream can be played at any tempo.
 */
export const drumVocabulary = vocabulary(
  `${CODEC_ID} ${GRIDS.join('/')} ${TICKS_PER_BEAT} ${EARLY} ${DRUMS.map(({ pitch }) => pitch).join(' ')} ${STYLES.join(' ')} ${[TEMPO_EDGES, DENSITY_EDGES, LOUDNESS_EDGES].join(' ')}`,
  [
    range('PIECE', { edge: 2 }, ({ edge }) => (edge === 0 ? 'the piece begins' : 'the piece ends')),
    range(
      'BAR',
      { beats: MOST_BEATS - FEWEST_BEATS + 1, style: STYLES.length, tempo: TEMPO_EDGES.length + 1 },
      ({ beats, style, tempo }) =>
        `bar of ${FEWEST_BEATS + beats} beats, ${STYLES[style]}, ${classWords(tempo, TEMPO_EDGES, 'beats a minute')}`,
    ),
    range(
      'PLAN',
      { density: DENSITY_EDGES.length + 1, loudness: LOUDNESS_EDGES.length + 1, fill: 2 },
      ({ density, loudness, fill }) =>
        `${classWords(density, DENSITY_EDGES, 'hits a beat')}, velocity ${classWords(loudness, LOUDNESS_EDGES, 'on average')}${fill === 0 ? '' : ', a fill'}`,
    ),
    range('BEAT', { grid: GRIDS.length }, ({ grid }) => `beat in ${GRIDS[grid]} steps`),
    range('HITS', HIT_FIELDS, (hits) => hitWords(hits)),
    range(
      'TOUCH',
      { drum: DRUMS.length, velocity: VELOCITY_BINS, micro: MICRO_TICKS },
      ({ drum, velocity, micro }) =>
        `${DRUMS[drum]!.name}, velocity about ${velocityOf(velocity)}${microWords(micro - EARLY)}`,
    ),
  ],
);

function hitWords(hits: Readonly<Record<string, number>>): string {
  const struck = CLASSES.filter((name) => hits[name] === 1);
  return struck.length === 0 ? 'nothing' : struck.join(' + ');
}

function microWords(ticks: number): string {
  if (ticks === 0) return '';
  return `, ${Math.abs(ticks)}/${TICKS_PER_BEAT} beat ${ticks < 0 ? 'early' : 'late'}`;
}

export const START = drumVocabulary.token('PIECE', { edge: 0 });
export const END = drumVocabulary.token('PIECE', { edge: 1 });
/** The first of each range, for what is done with tokens at each step. */
export const FIRST = Object.fromEntries(
  drumVocabulary.ranges.map(({ name, first }) => [name, first]),
) as Readonly<Record<'PIECE' | 'BAR' | 'PLAN' | 'BEAT' | 'HITS' | 'TOUCH', number>>;
