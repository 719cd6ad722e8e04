import { beatCodec, type ChordChange } from '../../codec/beats/index.js';
import { ContinuoError } from '../../errors.js';
import { applyPedal } from '../../music/pedal.js';
import type { Seconds } from '../../music/units.js';
import { type Annotation, annotatedName, readAnnotations } from './beat-annotations.js';
import { barsOf } from './beat-bars.js';
import type { PieceEncoder } from './dataset.js';

/**
 * The codec in beats, of a corpus whose beats and chords are annotated in `folder`. A piece without a steady pulse cannot be used.
 * Throws FILE_READ, ANNOTATION_BROKEN.
 */
export async function annotatedBeats(folder: string): Promise<PieceEncoder> {
  const annotations = await readAnnotations(folder);
  return {
    id: beatCodec.id,
    vocabulary: beatCodec.vocabulary,
    startToken: beatCodec.startToken,
    encode(performance, { path, from }) {
      const annotation = annotations.get(annotatedName(path));
      if (annotation === undefined) {
        throw new ContinuoError(
          'BEATS_MISSING',
          `Expected beats of ${annotatedName(path)}, but the annotations have none.`,
        );
      }
      const moved = earlier(annotation, from);
      const map = barsOf(moved, applyPedal(performance));
      return beatCodec.encode({ performance, map, chords: moved.chords });
    },
  };
}

/** The annotation in times that begin at `from`. */
function earlier({ beats, chords }: Annotation, from: Seconds): Annotation {
  return {
    beats: beats.map((beat) => ({ ...beat, time: beat.time - from })),
    chords: chords.map(({ time, chord }): ChordChange => ({ time: time - from, chord })),
  };
}
