import { ContinuoError } from '../../../errors.js';
import { readMidi } from '../../../music/midi/read.js';
import type { MidiWarnings } from '../../../music/midi/warnings.js';
import { drumOfPitch } from '../codec/kit.js';
import type { DrumPiece, Hit } from '../codec/piece.js';
import { STYLES } from '../codec/style.js';
import { FEWEST_BEATS, MOST_BEATS } from '../codec/vocabulary.js';

/** Of an onset within this many beats of a beat, it is clear which beat is meant. */
const NEAR = 1 / 8;
/** So many onsets near beats as if they were on them: of a few, less is believed. */
const DOUBT = 8;

/** A drummer's file: its hits by beats, each one a little later or earlier than in the file where all of them are early or late. */
export interface DrumFile {
  readonly piece: DrumPiece;
  /** Hits of keys that are no drum of ours. */
  readonly unknown: number;
  /** How many beats later than its metronome says the drummer feels the beat; that is taken off. */
  readonly late: number;
}

/**
 * Reads a file of the Groove MIDI Dataset, whose ticks are the metronome's; `name` says style and kind, as in `1_funk-fast_80_beat_4-4.mid`.
 * Throws what readMidi throws, and MIDI_TIMING where its meter is none that can be counted.
 */
export function readDrumFile(bytes: Uint8Array, name: string, warnings?: MidiWarnings): DrumFile {
  const { tracks, tempos, timeSignatures } = readMidi(bytes, warnings);
  const tempo = tempos[0]?.bpm ?? 120;
  const { numerator, denominator } = timeSignatures[0] ?? { numerator: 4, denominator: 4 };
  // In compound meters a beat is a dotted quarter.
  const compound = denominator === 8 && numerator % 3 === 0;
  const quarters = compound ? 1.5 : 1;
  const beatsABar = (numerator * 4) / denominator / quarters;
  if (!Number.isInteger(beatsABar) || beatsABar < FEWEST_BEATS || beatsABar > MOST_BEATS)
    throw new ContinuoError(
      'MIDI_TIMING',
      `a bar of ${numerator}/${denominator} has no whole number of beats from ${FEWEST_BEATS} to ${MOST_BEATS}`,
    );
  let unknown = 0;
  const hits: Hit[] = [];
  for (const { pitch, velocity, start } of tracks.flatMap(({ notes }) => notes)) {
    const drum = drumOfPitch(pitch);
    if (drum === undefined) unknown++;
    else hits.push({ at: (start * tempo) / 60 / quarters, drum, velocity });
  }
  hits.sort((a, b) => a.at - b.at || a.drum - b.drum);
  const late = lateness(hits);
  const [, style = '', , kind = ''] = name.slice(name.lastIndexOf('/') + 1).split('_');
  return {
    piece: {
      hits: hits.map((hit) => ({ ...hit, at: Math.max(0, hit.at - late) })),
      beatsABar,
      tempo: tempo / quarters,
      style: Math.max(0, (STYLES as readonly string[]).indexOf(style.split('-')[0]!)),
      fill: kind === 'fill',
    },
    unknown,
    late,
  };
}

/** How late the onsets near a beat are, in beats: their median, the less the fewer there are. */
function lateness(hits: readonly Hit[]): number {
  const near = hits
    .map(({ at }) => at - Math.round(at))
    .filter((by) => Math.abs(by) <= NEAR)
    .sort((a, b) => a - b);
  if (near.length === 0) return 0;
  return (near[Math.floor(near.length / 2)]! * near.length) / (near.length + DOUBT);
}
