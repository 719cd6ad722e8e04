import { numberParam } from '../../../../codec/number-param.js';
import {
  type BeatMap,
  EARLY,
  FEWEST_BEATS,
  TICKS_PER_BEAT,
  tickAt,
  timeAt,
} from '../../../../music/beats/beat-map.js';
import type { Note, Performance } from '../../../../music/note.js';
import { applyPedal } from '../../../../music/pedal.js';
import type { Seconds } from '../../../../music/units.js';
import type { ParamValues } from '../../../../plugin/definition.js';
import { beatCodec } from '../codec/index.js';
import { promptOf } from '../codec/prompt.js';
import { beatVocabulary } from '../codec/vocabulary.js';
import { closingBar, HELD, lastLine, tonicOf } from './beat-close.js';
import type { BeatModel } from './beat-model.js';
import { chosenSpan, REMEMBERED } from './beat-span.js';
import { BeatWriter } from './beat-writer.js';

/** Notes may ring for this long after the end of the continuation. */
const RINGING: Seconds = 1.5;

export interface ContinueInBeats {
  readonly from: Seconds;
  readonly seconds: Seconds;
  readonly params: ParamValues;
  /** Number of candidates of each span that the critic chooses from. */
  readonly candidates?: number;
  /** Whether it ends with the tonic, at the last bar line that leaves it time to sound. */
  readonly close?: boolean;
  readonly progress?: (share: number) => void;
}

/** Default number of candidates, where the model has a critic. */
const CANDIDATES = 8;
export const MOST_CANDIDATES = 64;
/** Lower bound of the tonic's probability. */
const LEAST = 1e-3;

/**
 * Continues a performance whose beats are known with a beat model, for `seconds` from `from` on. The open bar is completed first, at
 * the tempo of the last beats. Where the model has a critic, spans of bars are written several times, and the one that it scores
 * highest is kept.
 */
export function continueInBeats(
  {
    engine,
    createDraw: draws,
    chordOdds,
    critic,
  }: Pick<BeatModel, 'engine' | 'createDraw' | 'chordOdds'> & Partial<Pick<BeatModel, 'critic'>>,
  performance: Performance,
  map: BeatMap,
  options: ContinueInBeats,
): Note[] {
  const { from, seconds, params, progress } = options;
  const notes = applyPedal(performance).map((note) => ({ ...note, end: Math.min(note.end, from) }));
  const { tokens: prompt, open } = promptOf(notes, map, from);
  const writer = new BeatWriter(engine, chordOdds);
  for (const [at, token] of prompt.entries()) {
    writer.feed(token);
    if (at % 256 === 0) progress?.((0.5 * at) / prompt.length);
  }
  writer.begin(Math.ceil(tickAt(open, from)));
  const until = tickAt(open, from + seconds);
  const line = options.close ? lastLine(writer.tick, until, open.bars[0]!) : null;
  const reply = written(
    writer,
    { prompt, until, line },
    { ...options, createDraw: draws, critic: critic ?? null },
  );
  writer.free();
  return played(reply, open, {
    until: from + seconds,
    line,
    longest: numberParam(params, 'longest', Number.POSITIVE_INFINITY),
  });
}

/** Writes the rest of the open bar and the bars after it, until a time or with a cadence at a bar line. */
function written(
  writer: BeatWriter,
  {
    prompt,
    until,
    line,
  }: { readonly prompt: readonly number[]; readonly until: number; readonly line: number | null },
  options: ContinueInBeats & Pick<BeatModel, 'createDraw' | 'critic'>,
): number[] {
  const { critic, params, progress } = options;
  const candidates = critic ? (options.candidates ?? CANDIDATES) : 1;
  const end = line ?? until;
  const tonic = line === null ? [] : tonicOf(prompt.slice(-REMEMBERED));
  const reply: number[] = [];
  const drawsOf = (span: number) =>
    Array.from({ length: candidates }, (_, index) =>
      options.createDraw(1 + span * candidates + index, params),
    );
  let span = 0;
  for (; writer.tick < end - EARLY; span++) {
    const made = chosenSpan(writer, {
      heard: [...prompt, ...reply].slice(-REMEMBERED),
      critic,
      draws: drawsOf(span),
      params,
      until: end,
      more: () =>
        writer.tick < end - EARLY || line === null ? 0 : Math.log(LEAST + writer.probability(tonic, params)),
    });
    reply.push(...made.tokens);
    progress?.(0.5 + 0.5 * Math.min(1, writer.tick / end));
    if (made.stuck) return reply;
  }
  return line === null ? reply : [...reply, ...closingBar(writer, tonic, drawsOf(span), params)];
}

/** The notes of a reply that begins in the open bar; the chord on its last bar line is held. */
function played(
  reply: readonly number[],
  open: BeatMap,
  {
    until,
    line,
    longest,
  }: { readonly until: Seconds; readonly line: number | null; readonly longest: Seconds },
): Note[] {
  const bar = beatVocabulary.token('BAR', { beats: open.bars[0]! - FEWEST_BEATS, number: 0 });
  const { notes } = beatCodec.decode([bar, ...reply], open).performance;
  const last = line === null ? Number.POSITIVE_INFINITY : timeAt(open, line - EARLY);
  const held = line === null ? 0 : timeAt(open, line + HELD * TICKS_PER_BEAT);
  return notes
    .filter(({ start }) => start <= until)
    .map(({ start, end, ...note }) => ({
      ...note,
      start,
      end: Math.min(start >= last ? Math.max(end, held) : end, until + RINGING, start + longest),
    }));
}
