import { ContinuoError } from '../../../errors.js';
import { damageIn, MidiWarnings } from '../../../music/midi/warnings.js';
import type { CorpusCodec, CorpusExtension, CorpusSummary, EncodedExample } from '../../../plugin/corpus.js';
import { decodeDrums } from '../codec/decode.js';
import { type EncodedDrums, encodeDrums } from '../codec/encode.js';
import { DRUMS } from '../codec/kit.js';
import { STYLES } from '../codec/style.js';
import { CODEC_ID, drumVocabulary, START } from '../codec/vocabulary.js';
import { type DrumFile, readDrumFile } from './drum-file.js';

type EncodedFile = EncodedExample & Pick<EncodedDrums, 'merged' | 'steps'>;

const codec: CorpusCodec = {
  ...{ id: CODEC_ID, vocabulary: drumVocabulary, startToken: START, decode: decodeDrums },
};

/** Drummers' MIDI files in time with a metronome, as the Groove MIDI Dataset has them. */
export const drumsCorpus: CorpusExtension<DrumFile, CorpusCodec, EncodedFile> = {
  codec(id) {
    if (id === codec.id) return codec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of drums named ${id}.`,
      `There is ${codec.id}.`,
    );
  },
  *examples(bytes, source) {
    const warnings = new MidiWarnings();
    try {
      yield { piece: readDrumFile(bytes, source.path, warnings) };
    } finally {
      for (const warning of damageIn(warnings.list())) source.warn(warning);
    }
  },
  tokens({ piece }) {
    const { tokens, hits, merged, steps } = encodeDrums(piece);
    return { tokens, merged, steps, notes: hits, seconds: ((piece.hits.at(-1)?.at ?? 0) * 60) / piece.tempo };
  },
  summary: () => new Losses(),
  statistics: ({ piece: { hits, style, beatsABar } }) => ({
    pitches: hits.map(({ drum }) => DRUMS[drum]!.pitch),
    kinds: { styles: STYLES[style]!, meters: `${beatsABar} beats` },
  }),
};

/** What the tokens do not say. */
class Losses implements CorpusSummary<DrumFile, EncodedFile> {
  #merged = 0;
  #unknown = 0;
  #steps = 0;

  add({ piece, encoded }: Parameters<CorpusSummary<DrumFile, EncodedFile>['add']>[0]): void {
    this.#merged += encoded.merged;
    this.#unknown += piece.unknown;
    this.#steps += encoded.steps;
  }

  counts() {
    return { steps: this.#steps };
  }

  lost() {
    return { merged: this.#merged, unknown: this.#unknown };
  }

  words(): string[] {
    const lines: [number, string][] = [
      [this.#merged, 'hits that fell together with a louder one of their class'],
      [this.#unknown, 'notes of keys that are no drum of the kit'],
    ];
    return lines.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  }
}
