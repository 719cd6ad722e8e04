import type { Note } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { Synth } from './synth.js';
import type { Timbre } from './timbre.js';
import type { OfflineSynthContext } from './web-audio.js';

/** Notes of one who plays, as they sound: with what the pedal holds. */
export interface RenderedPart {
  readonly voice: 'player' | 'model';
  readonly timbre: Timbre;
  readonly notes: readonly Note[];
}

export interface RenderOptions {
  /** Makes a stereo context that renders so many frames. */
  readonly contextOf: (frames: number, sampleRate: number) => OfflineSynthContext;
  /** In Hz. Default 44,100. */
  readonly sampleRate?: number;
  /** Length of a stretch that is rendered at once; others would not fit into memory. Default 20 s. */
  readonly stretch?: Seconds;
}

/** Samples from -1 to 1, as many of each ear. */
export interface StereoSamples {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** After the last note: what it rings, and the room. */
const TAIL: Seconds = 3;
/** What sounded in so long a time before a stretch is rendered too, for the room and the limiter. */
const BEFORE: Seconds = 2;
/** How long a released note may ring on, and how long one that is held sounds at most. */
const RELEASED: Seconds = 2;
const HELD: Seconds = 40;
/** Web Audio computes so many frames at once: stretches that begin with one are computed alike. */
const QUANTUM = 128;

interface Placed extends Note {
  readonly part: RenderedPart;
}

/** How long a rendering of these parts is, in frames. */
export function framesOf(parts: readonly RenderedPart[], sampleRate: number): number {
  let last = 0;
  for (const { notes } of parts) for (const { end } of notes) last = Math.max(last, end);
  return Math.ceil((last + TAIL) * sampleRate);
}

/**
 * Renders music by the synthesizer of the panel, faster than it sounds, a stretch after the other; a note that sounds across their border is
 * computed in both, to the same samples.
 */
export async function* rendered(
  parts: readonly RenderedPart[],
  { contextOf, sampleRate = 44_100, stretch = 20 }: RenderOptions,
): AsyncGenerator<StereoSamples> {
  const notes = parts
    .flatMap((part) => part.notes.map((note): Placed => ({ ...note, part })))
    .sort((a, b) => a.start - b.start);
  const frames = framesOf(parts, sampleRate);
  const step = Math.ceil((stretch * sampleRate) / QUANTUM) * QUANTUM;
  for (let from = 0; from < frames; from += step) {
    const until = Math.min(frames, from + step);
    yield await stretchOf(notes, { from, until, sampleRate, contextOf });
  }
}

async function stretchOf(
  notes: readonly Placed[],
  {
    from,
    until,
    sampleRate,
    contextOf,
  }: { from: number; until: number; sampleRate: number; contextOf: RenderOptions['contextOf'] },
): Promise<StereoSamples> {
  const heard = notes.filter(
    ({ start, end }) =>
      start < until / sampleRate && Math.min(end + RELEASED, start + HELD) > from / sampleRate - BEFORE,
  );
  const first = Math.min(from / sampleRate - BEFORE, ...heard.slice(0, 1).map(({ start }) => start));
  const begin = Math.max(0, Math.floor((first * sampleRate) / QUANTUM) * QUANTUM);
  const context = contextOf(until - begin, sampleRate);
  const synth = new Synth(context, false);
  for (const { part, pitch, velocity, start, end } of heard) {
    const at = Math.max(0, start - begin / sampleRate);
    if (part.timbre === 'drums') synth.strike(pitch, velocity, at);
    else {
      const note =
        part.timbre === 'piano'
          ? synth.noteOn(part.voice, pitch, velocity, at)
          : synth.tone({ tone: part.timbre, pitch, velocity }, at);
      note.release(Math.max(at, end - begin / sampleRate));
    }
  }
  const buffer = await context.startRendering();
  const [left, right] = [0, 1].map((channel) =>
    buffer.getChannelData(channel).slice(from - begin, until - begin),
  );
  return { left: left!, right: right! };
}
