import type { StepEngine } from '../../../model/engine.js';
import type { Draw } from '../../../model/sampler.js';
import type { Note } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import { strokesOf } from '../codec/doubles.js';
import { TICKS_PER_BEAT } from '../codec/grid.js';
import { BEGINNING, type DrumHead, headAfter, hitOf, maskNonsense } from '../codec/head.js';
import { DRUMS } from '../codec/kit.js';
import { drumVocabulary, END, START } from '../codec/vocabulary.js';
import { biasAfterFill, type FillOdds } from '../live/fills.js';
import type { Settings } from '../live/settings.js';
import { NOTE } from '../live/turn.js';
import { isEvery, maskUnwanted, type Wanted } from '../live/wanted.js';
import type { FileBar } from './file-bars.js';
import { fillsOfFile } from './file-fills.js';

/** What drums along with the bars of a file. */
export interface Drummer {
  readonly engine: StepEngine;
  readonly draw: Draw;
  readonly fills: FillOdds | null;
  readonly settings: Settings;
  /** Told after each bar how much is done, from 0 to 1. */
  progress(share: number): void;
}

/** The notes of a drummer who plays the bars one after the other, each beat as long as in the file. */
export function drumAlong(bars: readonly FileBar[], drummer: Drummer): Note[] {
  const { engine } = drummer;
  const state = engine.createState();
  const notes: Note[] = [];
  const { fillsAtPhrases, fillEvery } = drummer.settings;
  const fills = fillsAtPhrases && bars.length > 0 ? fillsOfFile(bars, fillEvery) : null;
  let head: DrumHead = BEGINNING;
  let logits = engine.step([state], [START]);
  try {
    for (const [index, bar] of bars.entries()) {
      do {
        const fill = fills === null ? isEvery(index + 1, fillEvery) : fills.has(index);
        const token = drawn(head, logits, drummer, { bar, fill });
        const hit = hitOf(head, token);
        if (hit !== null) notes.push(...notesOf({ ...hit, tick: hit.tick - head.bar }, bar.times));
        head = headAfter(head, token);
        logits = engine.step([state], [token]);
      } while (head.expects !== 'BAR');
      drummer.progress((index + 1) / bars.length);
    }
  } finally {
    state.free();
  }
  return notes;
}

function drawn(
  head: DrumHead,
  logits: Float32Array,
  { settings, fills, draw }: Drummer,
  { bar: { times, touch }, fill }: { readonly bar: FileBar } & Pick<Wanted, 'fill'>,
): number {
  const mask = new Uint8Array(drumVocabulary.size).fill(1);
  maskNonsense(head, mask);
  mask[END] = 0;
  const beats = times.length - 1;
  const pace = (times.at(-1)! - times[0]!) / beats;
  maskUnwanted(head, { settings, touch, pace, beats, fill }, mask);
  const biased = logits.slice(0, mask.length);
  fills?.bias(biased, head);
  biasAfterFill(biased, head);
  return draw(biased, mask);
}

/** The notes of a hit that lies so many ticks after the bar's first beat. */
function notesOf(
  { tick, drum, velocity }: { readonly tick: number; readonly drum: number; readonly velocity: number },
  times: readonly Seconds[],
): Note[] {
  const beat = Math.max(0, Math.min(times.length - 2, Math.floor(tick / TICKS_PER_BEAT)));
  const pace = times[beat + 1]! - times[beat]!;
  const at = times[beat]! + (tick / TICKS_PER_BEAT - beat) * pace;
  return strokesOf({ drum, velocity, at: 0 }, pace).map((stroke) => {
    const start = at + stroke.at * pace;
    return { pitch: DRUMS[stroke.drum]!.pitch, velocity: stroke.velocity, start, end: start + NOTE };
  });
}
