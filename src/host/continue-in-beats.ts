import { ChordLoop } from '../codec/beats/chord-loop.js';
import {
  BEGINNING,
  type BeatHead,
  forbidPitch,
  headAfter,
  headAt,
  maskNonsense,
} from '../codec/beats/head.js';
import { beatCodec, type ChordChange } from '../codec/beats/index.js';
import { beatVocabulary } from '../codec/beats/vocabulary.js';
import { ContinuoError } from '../errors.js';
import {
  type BeatMap,
  EARLY,
  FEWEST_BEATS,
  mapBetween,
  TICKS_PER_BEAT,
  tickAt,
  timeAt,
} from '../music/beats/beat-map.js';
import { followBeats } from '../music/beats/follow.js';
import { beatsOfMidi } from '../music/beats/from-midi.js';
import { chordsByBeat } from '../music/chords/by-beat.js';
import type { MidiPiece } from '../music/midi/piece.js';
import type { Note, Performance } from '../music/note.js';
import { applyPedal } from '../music/pedal.js';
import type { Seconds } from '../music/units.js';
import type { ParamValues } from '../plugin/definition.js';
import type { BeatEnsemble } from './assemble.js';

/**
 * The beats of a file, or of what it plays where its own have nothing to do with the notes. Throws BEATS_MISSING where there is no pulse.
 */
export function beatsHeard(piece: MidiPiece, performance: Performance, until: Seconds): BeatMap {
  const notes = applyPedal(performance);
  const map = beatsOfMidi(piece, notes, until) ?? followBeats(notes, until);
  if (map !== null) return map;
  throw new ContinuoError(
    'BEATS_MISSING',
    'Expected music with a steady pulse, but the notes keep neither to the tempo of the file nor to any other.',
    'A model that does not count in beats goes on from it: --model piano-pop.',
  );
}

/** Notes may ring on this long after the end of what was asked for. */
const RINGING: Seconds = 1.5;
/** The pace at which it goes on is that of so many beats before. */
const PACE_BEATS = 8;
/** More tokens than any music has at one moment. */
const TOKENS_AT_ONCE = 256;

/**
 * What a network that counts in beats makes of a performance whose beats are known: `seconds` of music from `from` on. The open bar is
 * finished first, at the pace of the last beats.
 */
export function continueInBeats(
  { engine, draws, chordOdds }: Pick<BeatEnsemble, 'engine' | 'draws' | 'chordOdds'>,
  performance: Performance,
  map: BeatMap,
  options: {
    readonly from: Seconds;
    readonly seconds: Seconds;
    readonly params: ParamValues;
    readonly progress?: (share: number) => void;
  },
): Note[] {
  const { from, seconds, params, progress } = options;
  const notes = applyPedal(performance).map((note) => ({ ...note, end: Math.min(note.end, from) }));
  const { tokens: prompt, open } = promptOf(notes, map, from);
  const state = engine.createState();
  let head: BeatHead = BEGINNING;
  const loop = chordOdds && new ChordLoop(chordOdds);
  let logits = engine.step([state], [beatCodec.startToken]);
  for (const [at, token] of prompt.entries()) {
    logits = engine.step([state], [token]);
    head = headAfter(head, token);
    loop?.hear(token);
    if (at % 256 === 0) progress?.((0.5 * at) / prompt.length);
  }
  head = headAt(head, Math.ceil(tickAt(open, from)) + EARLY);

  const { outputClasses } = engine.spec;
  const draw = draws(1, params);
  const mask = new Uint8Array(outputClasses);
  const leaning = new Float32Array(outputClasses);
  const reply: number[] = [];
  let [bar, tick] = [0, -1];
  for (let atOnce = 0; atOnce < TOKENS_AT_ONCE; atOnce++) {
    mask.fill(1);
    maskNonsense(head, mask);
    mask[beatCodec.endToken] = 0;
    keepToRange(mask, params);
    leaning.set(logits.subarray(0, outputClasses));
    loop?.lean(leaning);
    const token = draw(leaning, mask);
    const before = head;
    head = headAfter(head, token);
    loop?.hear(token);
    if (head.number !== before.number) bar += TICKS_PER_BEAT * before.beats;
    const time = timeAt(open, bar + head.next - EARLY);
    if (time > from + seconds) break;
    if (bar + head.next > tick) atOnce = 0;
    tick = bar + head.next;
    reply.push(token);
    progress?.(0.5 + (0.5 * Math.max(0, time - from)) / seconds);
    logits = engine.step([state], [token]);
  }
  state.free();
  return played(reply, open, from + seconds + RINGING, params.longest as number);
}

/** What was heard as tokens, and where the beats of its open bar lie: as those before, from the last one that has passed on at their mean pace. */
function promptOf(notes: readonly Note[], map: BeatMap, from: Seconds): { tokens: number[]; open: BeatMap } {
  const { beats, bars } = mapBetween(map, notes[0]?.start ?? from, from);
  const passed = Math.max(
    0,
    beats.findLastIndex((time) => time <= from),
  );
  const back = Math.max(0, passed - PACE_BEATS);
  const pace = passed > back ? (beats[passed]! - beats[back]!) / (passed - back) : beats[1]! - beats[0]!;
  const heard: BeatMap = {
    beats: beats.map((time, beat) => (beat > passed ? beats[passed]! + (beat - passed) * pace : time)),
    bars,
  };
  const piece = {
    performance: { notes, pedal: [] },
    map: heard,
    chords: chordsOf(heard, notes, from),
    until: from,
  };
  return {
    tokens: beatCodec.encode(piece).tokens.slice(0, -1),
    open: { beats: heard.beats.slice(-1 - bars.at(-1)!), bars: bars.slice(-1) },
  };
}

/** The chords that are heard until `from`. */
function chordsOf(map: BeatMap, notes: readonly Note[], from: Seconds): ChordChange[] {
  return chordsByBeat(map, notes, from).map((chord, beat) => ({ time: map.beats[beat]!, chord }));
}

function keepToRange(mask: Uint8Array, params: ParamValues): void {
  const lowest = params.lowest as number;
  const highest = Math.max(lowest, params.highest as number);
  for (let pitch = 0; pitch < 128; pitch++) if (pitch < lowest || pitch > highest) forbidPitch(mask, pitch);
}

/** The notes of a reply that begins within the open bar. */
function played(reply: readonly number[], open: BeatMap, until: Seconds, longest: Seconds): Note[] {
  const bar = beatVocabulary.token('BAR', { beats: open.bars[0]! - FEWEST_BEATS, number: 0 });
  const { notes } = beatCodec.decode([bar, ...reply], open).performance;
  return notes.map((note) => ({ ...note, end: Math.min(note.end, until, note.start + longest) }));
}
