import type { EncodedPiece } from '../../../codec/codec.js';
import { ContinuoError } from '../../../errors.js';
import { beatMapOf } from '../../../music/beats/annotated-bars.js';
import { type Annotation, annotatedName, readAnnotations } from '../../../music/beats/annotations.js';
import { readMidi } from '../../../music/midi/read.js';
import { damageIn, MidiWarnings } from '../../../music/midi/warnings.js';
import type { Performance } from '../../../music/note.js';
import { applyPedal } from '../../../music/pedal.js';
import { pianoPerformance } from '../../../music/to-performance.js';
import type { Seconds } from '../../../music/units.js';
import type { CorpusCodec, CorpusExtension, CorpusSummary, EncodedExample } from '../../../plugin/corpus.js';
import { codecById } from '../../../plugin/index.js';
import { beatCodec, type ChordChange } from '../beats/codec/index.js';

/** A file as one performance, from its first note on. */
interface PlayedFile {
  readonly performance: Performance;
  readonly path: string;
  /** The moment of the file that is 0 in the performance. */
  readonly from: Seconds;
  readonly pedalIgnored: boolean;
}

interface PlayedCodec extends CorpusCodec {
  encode(piece: PlayedFile): EncodedPiece;
}

type EncodedPerformance = EncodedExample & Pick<EncodedPiece, 'folded' | 'merged'>;

/** Performances in MIDI files: in steps of time, or by their beats, where a corpus has them annotated. */
export const pianoCorpus: CorpusExtension<PlayedFile, PlayedCodec, EncodedPerformance> = {
  codec(id, { aids }) {
    if (id !== beatCodec.id) {
      const codec = codecById(id);
      return { ...codec, encode: ({ performance }) => codec.encode(performance) };
    }
    const annotations = aids?.beats && readAnnotations(aids.beats);
    return { ...beatCodec, encode: (piece) => inBeats(piece, annotations) };
  },
  *examples(bytes, source) {
    const warnings = new MidiWarnings();
    try {
      const { performance, pedalIgnored } = pianoPerformance(readMidi(bytes, warnings));
      const from = performance.notes[0]!.start;
      const { path } = source;
      yield { piece: { performance: beginningAt(from, performance), path, from, pedalIgnored } };
    } finally {
      for (const warning of damageIn(warnings.list())) source.warn(warning);
    }
  },
  tokens(piece, codec) {
    const { tokens, folded, merged } = codec.encode(piece);
    const { notes } = piece.performance;
    const seconds = notes.reduce((latest, note) => Math.max(latest, note.end), 0);
    return { tokens, folded, merged, seconds, notes: notes.length - merged };
  },
  played: (notes) => ({ performance: { notes, pedal: [] }, path: '', from: 0, pedalIgnored: false }),
  summary: () => new Losses(),
  statistics: ({ performance }) => ({ pitches: performance.notes.map(({ pitch }) => pitch) }),
};

/** A piece begins with its first note: what a recorder waited for is no music. */
function beginningAt(begin: Seconds, { notes, pedal }: Performance): Performance {
  return {
    notes: notes.map((note) => ({ ...note, start: note.start - begin, end: note.end - begin })),
    pedal: pedal.map((change) => ({ ...change, time: Math.max(0, change.time - begin) })),
  };
}

/** Throws BEATS_MISSING where the piece has no annotation, or no steady pulse. */
function inBeats(
  { performance, path, from }: PlayedFile,
  annotations: ReadonlyMap<string, Annotation> | undefined,
): EncodedPiece {
  const annotation = annotations?.get(annotatedName(path));
  if (annotation === undefined) {
    throw new ContinuoError(
      'BEATS_MISSING',
      `Expected beats of ${annotatedName(path)}, but ${annotations ? 'the annotations have none' : 'there are no annotations'}.`,
      annotations ? undefined : 'continuo dataset build --beats FOLDER takes them.',
    );
  }
  const moved = earlier(annotation, from);
  const map = beatMapOf(moved, applyPedal(performance));
  return beatCodec.encode({ performance, map, chords: moved.chords });
}

/** The annotation in times that begin at `from`. */
function earlier({ beats, chords }: Annotation, from: Seconds): Annotation {
  return {
    beats: beats.map((beat) => ({ ...beat, time: beat.time - from })),
    chords: chords.map(({ time, chord }): ChordChange => ({ time: time - from, chord })),
  };
}

/** What tokens do not say of the performances. */
class Losses implements CorpusSummary<PlayedFile, EncodedPerformance> {
  #folded = 0;
  #merged = 0;
  readonly #pedalIgnored: string[] = [];

  add({ path, piece, encoded }: Parameters<CorpusSummary<PlayedFile, EncodedPerformance>['add']>[0]): void {
    this.#folded += encoded.folded;
    this.#merged += encoded.merged;
    if (piece.pedalIgnored) this.#pedalIgnored.push(path);
  }

  lost() {
    return { folded: this.#folded, merged: this.#merged, pedalIgnored: this.#pedalIgnored };
  }

  words(): string[] {
    const lines: [number, string][] = [
      [this.#folded, 'notes moved by octaves into the range of the codec'],
      [this.#merged, 'notes that fell together with another of their pitch'],
      [this.#pedalIgnored.length, 'files whose pedal hardly ever comes up; it was ignored there'],
    ];
    return lines.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  }
}
