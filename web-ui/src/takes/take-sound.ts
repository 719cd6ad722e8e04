import { framesOf, rendered } from '../../../src/synth/render.js';
import { wavHeader, wavSamples } from '../../../src/synth/wav.js';
import type { OpenTake } from './take-list.js';

const SAMPLE_RATE = 44_100;

/** A take as the bytes of a WAV file, rendered by this browser; `watch` hears how much is done, 0 to 1. */
export async function wavOf({ parts }: OpenTake, watch: (share: number) => void): Promise<Blob> {
  const frames = framesOf(parts, SAMPLE_RATE);
  const pieces: BlobPart[] = [wavHeader(frames, SAMPLE_RATE)];
  const contextOf = (length: number, rate: number) => new OfflineAudioContext(2, length, rate);
  let done = 0;
  for await (const samples of rendered(parts, { contextOf, sampleRate: SAMPLE_RATE })) {
    pieces.push(wavSamples(samples));
    done += samples.left.length;
    watch(done / frames);
  }
  return new Blob(pieces, { type: 'audio/wav' });
}
