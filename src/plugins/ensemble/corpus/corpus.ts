import { ContinuoError } from '../../../errors.js';
import {
  type Annotation,
  annotatedName,
  type BeatMap,
  beatMapOf,
  beatsOfMidi,
  damageIn,
  type MidiPiece,
  MidiWarnings,
  mapBetween,
  type Note,
  readAnnotations,
  readMidi,
  TICKS_PER_BEAT,
  tickAt,
} from '../../../music/index.js';
import type { CorpusCodec, CorpusExtension, CorpusSummary, EncodedExample } from '../../../plugin/index.js';
import { type EnsembleCodec, ensembleCodec } from '../codec/codec.js';
import { type EnsembleStep, PLAYERS, type Player } from '../codec/step.js';
import { type BeatNote, gesturesOf } from '../gestures/classify.js';
import { handsOf } from './hands.js';
import { type Parts, partsOf } from './parts.js';

/** An arrangement for four players, as a file has it. */
export interface ArrangedFile {
  readonly path: string;
  readonly piece: MidiPiece;
  readonly parts: Parts;
}

interface StepCodec extends CorpusCodec {
  encode: EnsembleCodec['encode'];
  beatsOf(file: ArrangedFile): BeatMap;
}

type EncodedSteps = EncodedExample & { readonly steps: number };

/** Arrangements in MIDI files whose tracks are named as POP909's, as gestures by the beat. */
export const ensembleCorpus: CorpusExtension<ArrangedFile, StepCodec, EncodedSteps> = {
  codec(id, { aids }) {
    if (id !== ensembleCodec.id)
      throw new ContinuoError(
        'CODEC_UNKNOWN',
        `There is no codec of ensembles named ${id}; there is ${ensembleCodec.id}.`,
      );
    const annotations = aids?.beats && readAnnotations(aids.beats);
    return { ...ensembleCodec, beatsOf: (file) => beatsOf(file, annotations) };
  },
  *examples(bytes, source) {
    const warnings = new MidiWarnings();
    try {
      const piece = readMidi(bytes, warnings);
      yield { piece: { path: source.path, piece, parts: partsOf(piece) } };
    } finally {
      for (const warning of damageIn(warnings.list())) source.warn(warning);
    }
  },
  tokens(file, codec) {
    const map = codec.beatsOf(file);
    const steps = stepsOf(playersOf(file.parts, map), map.beats.length - 1);
    const seconds = map.beats.at(-1)! - map.beats[0]!;
    return { ...codec.encode(steps), seconds, steps: steps.length };
  },
  summary: () => new Beats(),
};

/** What each player plays, in beats from the map's first. */
export function playersOf(
  { leader, counter, piano }: Parts,
  map: BeatMap,
): Record<Player, readonly BeatNote[]> {
  const inBeats = (notes: readonly Note[]): BeatNote[] => {
    const at = (time: number) => tickAt(map, time) / TICKS_PER_BEAT;
    return notes.map((note) => ({ ...note, start: at(note.start), end: at(note.end) }));
  };
  const { left, right } = handsOf(inBeats(piano));
  return { leader: inBeats(leader), counter: inBeats(counter), chords: right, bass: left };
}

/** The gestures of all players, step by step. */
export function stepsOf(
  players: Readonly<Record<Player, readonly BeatNote[]>>,
  count: number,
): EnsembleStep[] {
  const of = PLAYERS.map((player) => [player, gesturesOf(players[player], count)] as const);
  return Array.from(
    { length: count },
    (_, step) =>
      Object.fromEntries(of.map(([player, gestures]) => [player, gestures[step]!])) as EnsembleStep,
  );
}

/**
 * The beats of a file from the bar of its first note to that of its last: those that were annotated where there are annotations, else
 * those that follow from the file's own tempo. Throws BEATS_MISSING.
 */
export function beatsOf(
  { path, piece, parts }: ArrangedFile,
  annotations: ReadonlyMap<string, Annotation> | undefined,
): BeatMap {
  const notes = Object.values(parts)
    .flat()
    .sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  const last = notes.at(-1)!.start;
  const map = annotations ? annotated(path, notes, annotations) : beatsOfMidi(piece, notes, last);
  if (map === null)
    throw new ContinuoError(
      'BEATS_MISSING',
      'Expected notes that keep to the tempo of their file, but these do not.',
      'continuo dataset build --beats FOLDER takes annotated beats.',
    );
  return mapBetween(map, notes[0]!.start, last);
}

function annotated(path: string, notes: readonly Note[], all: ReadonlyMap<string, Annotation>): BeatMap {
  const annotation = all.get(annotatedName(path));
  if (annotation) return beatMapOf(annotation, notes);
  throw new ContinuoError(
    'BEATS_MISSING',
    `Expected beats of ${annotatedName(path)}, but the annotations have none.`,
  );
}

/** How many beats a data set has: its steps. */
class Beats implements CorpusSummary<ArrangedFile, EncodedSteps> {
  #beats = 0;

  add({ encoded }: { readonly encoded: EncodedSteps }): void {
    this.#beats += encoded.steps;
  }

  counts() {
    return { beats: this.#beats };
  }

  words(): string[] {
    return [`${this.#beats} beats, a step each`];
  }
}
