import type { Note, Performance } from '../../music/note.js';
import { applyPedal, byStartThenPitch } from '../../music/pedal.js';
import type { Pitch, Seconds } from '../../music/units.js';
import type { EncodedPiece } from '../codec.js';
import { binOfVelocity, foldPitch, type PerformanceAlphabet, STEPS_PER_SECOND } from './alphabet.js';
import { PerformanceStream } from './stream.js';
import { byRank, type Cursor, type SteppedNote, writeEdge } from './writer.js';

/**
 * Encodes a whole performance. Onsets and offs are sorted by step, then by the note's onset and pitch, so that within a step the
 * offs of earlier notes come before onsets. Silence is written in full.
 */
export function encodePerformance(alphabet: PerformanceAlphabet, performance: Performance): EncodedPiece {
  const { notes, folded, merged } = quantise(alphabet, applyPedal(performance));
  const edges = notes.flatMap((note, rank) => [
    { step: note.start, rank, edge: 'on', note } as const,
    { step: note.end, rank, edge: 'off', note } as const,
  ]);
  edges.sort((a, b) => a.step - b.step || a.rank - b.rank);

  const tokens: number[] = [];
  const sink = { alphabet, out: tokens };
  let cursor: Cursor = { step: 0, bin: -1 };
  for (const { edge, note } of edges) cursor = writeEdge(sink, cursor, edge, note);
  return { tokens, folded, merged };
}

/** Quantises notes to steps, sorted by onset and pitch; no two notes of a pitch overlap. */
function quantise(
  alphabet: PerformanceAlphabet,
  notes: readonly Note[],
): { notes: SteppedNote[]; folded: number; merged: number } {
  let folded = 0;
  let merged = 0;
  const stepped: SteppedNote[] = [];
  /** Index in `stepped` of the last note of each pitch. */
  const last = new Map<Pitch, number>();
  for (const note of notes.toSorted(byStartThenPitch)) {
    const pitch = foldPitch(note.pitch, alphabet);
    if (pitch !== note.pitch) folded++;
    const bin = binOfVelocity(note.velocity, alphabet.velocityBins);
    const start = Math.max(0, Math.round(note.start * STEPS_PER_SECOND));
    const end = Math.max(start + 1, Math.round(note.end * STEPS_PER_SECOND));

    const index = last.get(pitch) ?? -1;
    const previous = stepped[index];
    if (previous?.start === start) {
      stepped[index] = { ...previous, bin: Math.max(previous.bin, bin), end };
      merged++;
      continue;
    }
    if (previous !== undefined && previous.end > start) stepped[index] = { ...previous, end: start };
    last.set(pitch, stepped.length);
    stepped.push({ pitch, bin, start, end });
  }
  return { notes: stepped.sort(byRank), folded, merged };
}

/** Decodes tokens into notes, as if a model played them from time 0. Throws TOKEN_RANGE. */
export function decodePerformance(alphabet: PerformanceAlphabet, tokens: ArrayLike<number>): Note[] {
  const stream = new PerformanceStream(alphabet, 0);
  const notes: Note[] = [];
  const open = new Map<Pitch, Omit<Note, 'end'>>();
  const close = (pitch: Pitch, end: Seconds): void => {
    const note = open.get(pitch);
    if (note !== undefined) notes.push({ ...note, end });
    open.delete(pitch);
  };

  for (let index = 0; index < tokens.length; index++) {
    for (const event of stream.accept(tokens[index]!)) {
      if (event.type === 'noteOff') close(event.pitch, event.time);
      else if (event.type === 'noteOn') {
        open.set(event.pitch, { pitch: event.pitch, velocity: event.velocity, start: event.time });
      }
    }
  }
  for (const event of stream.release().events) if (event.type === 'noteOff') close(event.pitch, event.time);
  return notes.sort(byStartThenPitch);
}
