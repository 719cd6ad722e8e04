import { ContinuoError } from '../../../errors.js';
import { DropCount, type Dropped } from '../../../music/abc/dropped.js';
import { keyText } from '../../../music/abc/key.js';
import { meterText } from '../../../music/abc/meter.js';
import { readAbc } from '../../../music/abc/read.js';
import type { Refusal } from '../../../music/abc/refusal.js';
import type { Tune } from '../../../music/abc/tune.js';
import { tuneTypeOf } from '../../../music/abc/tune-type.js';
import type {
  CorpusCodec,
  CorpusExtension,
  CorpusSummary,
  EncodedExample,
  UsedExample,
} from '../../../plugin/corpus.js';
import { type FolkCodec, folkCodec } from '../codec/codec.js';
import { melodyOf } from '../codec/novelty-melody.js';
import { folkBars } from '../codec/vocabulary.js';
import { folkPlanCodec } from '../plan/codec.js';
import { folkPlanning } from '../plan/vocabulary.js';
import { filesOfTraining } from './model-files.js';
import { noveltyOfCorpus } from './novelty-index.js';
import type { ReadPiece } from './read-piece.js';
import { tuneFeatures } from './tune-features.js';
import { lengthOf } from './tune-length.js';

interface EncodedTune extends EncodedExample {
  readonly dropped: Dropped;
}

type TuneCorpusCodec = FolkCodec & CorpusCodec;

const CODECS: readonly TuneCorpusCodec[] = [
  { ...folkCodec, trainer: { counting: folkBars } },
  { ...folkPlanCodec, trainer: { counting: folkBars, planning: folkPlanning } },
];

/** Reads books of ABC tunes as training data; each tune is one example. */
export const folkCorpus: CorpusExtension<ReadPiece, TuneCorpusCodec, EncodedTune> = {
  codec(id) {
    const codec = CODECS.find((each) => each.id === id);
    if (codec) return codec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of tunes named ${id}.`,
      `The codecs of tunes are ${CODECS.map((each) => each.id).join(' and ')}.`,
    );
  },
  *examples(bytes) {
    for (const { line, title, tune, refusal, dropped } of readAbc(new TextDecoder().decode(bytes))) {
      const example = { place: line, title };
      if (tune) yield { ...example, piece: { tune, dropped } };
      else yield { ...example, refused: refused(refusal!) };
    }
  },
  tokens({ tune }, codec) {
    const encoded = codec.encode(tune);
    if (encoded.refusal) throw refused(encoded.refusal);
    return { tokens: encoded.tokens, dropped: encoded.dropped, ...lengthOf(tune) };
  },
  summary: () => new TuneSummary(),
  statistics: ({ tune }) => ({
    pitches: melodyOf(tune),
    kinds: { types: typeOf(tune), keys: keyText(tune.key), meters: meterText(tune.meter) },
  }),
  features: (_codec, tokens) => tuneFeatures(tokens),
  derive: (_name, examples) => noveltyOfCorpus(examples),
  modelFiles: filesOfTraining,
};

function refused({ place, reason }: Refusal): ContinuoError {
  return new ContinuoError('ABC_TUNE', `${place.line}:${place.column}: ${reason}`);
}

/** The type of a tune; `untyped` if R: is missing or has no token. */
function typeOf({ type }: Tune): string {
  return tuneTypeOf(type) ?? 'untyped';
}

/** Counts the types of the training tunes, and the notation in all tunes that no token encodes. */
class TuneSummary implements CorpusSummary<ReadPiece, EncodedTune> {
  readonly #types = new DropCount();
  readonly #dropped = new DropCount();

  add({ piece, encoded, split }: UsedExample<ReadPiece, EncodedTune>): void {
    this.#dropped.addAll(piece.dropped);
    this.#dropped.addAll(encoded.dropped);
    if (split === 'train') this.#types.add(typeOf(piece.tune));
  }

  counts() {
    return { types: this.#types.counts };
  }

  lost() {
    return { dropped: this.#dropped.counts };
  }

  words(): string[] {
    const signs = Object.values(this.#dropped.counts).reduce((sum, count) => sum + count, 0);
    return signs > 0 ? [`${signs} signs that have no token`] : [];
  }
}
