import { ContinuoError } from '../../../errors.js';
import { applyPedal } from '../../../music/pedal.js';
import { framesOf, type RenderedPart, rendered } from '../../../synth/render.js';
import { timbreOfVoice } from '../../../synth/timbre.js';
import { MOST_WAV_FRAMES, wavHeader, wavSamples } from '../../../synth/wav.js';
import type { OfflineSynthContext } from '../../../synth/web-audio.js';
import { laidOut } from './export.js';
import { firstOf, type TakeMusic, type TakeTrack } from './music.js';

export const SAMPLE_RATE = 44_100;

type ContextOf = (frames: number, sampleRate: number) => OfflineSynthContext;

/** Web Audio for Node, which is an optional package. Throws AUDIO_UNAVAILABLE. */
export async function nodeAudio(): Promise<ContextOf> {
  try {
    const { OfflineAudioContext } = await import('node-web-audio-api');
    return (frames, sampleRate) =>
      new OfflineAudioContext(2, frames, sampleRate) as unknown as OfflineSynthContext;
  } catch (cause) {
    throw new ContinuoError(
      'AUDIO_UNAVAILABLE',
      `Sound is rendered by the package node-web-audio-api, which cannot be loaded here: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : cause}`,
      'npm install node-web-audio-api beside Continuo; on Linux it needs libasound2. The panel renders a take without it.',
      { cause },
    );
  }
}

/** A take as sound begins with its first note. */
export function soundingParts({ tracks }: Pick<TakeMusic, 'tracks'>): RenderedPart[] {
  return laidOut(tracks, { origin: firstOf(tracks) }).map(partOf);
}

function partOf({ voice, channel, program, events, pedal }: TakeTrack): RenderedPart {
  const { notes } = { notes: applyPedal({ notes: [...events], pedal: [...pedal] }) };
  const instrument = { channel: channel + 1, ...(program !== undefined && { program: program + 1 }) };
  return { voice, timbre: timbreOfVoice(instrument), notes };
}

/** A take as the bytes of a WAV file, piece by piece; `watch` hears how much is done, 0 to 1. Throws AUDIO_UNAVAILABLE, TAKE_EMPTY. */
export async function* takeAsWav(
  music: Pick<TakeMusic, 'tracks'>,
  watch: (share: number) => Promise<void> = async () => {},
): AsyncGenerator<Uint8Array> {
  const contextOf = await nodeAudio();
  const parts = soundingParts(music);
  const frames = framesOf(parts, SAMPLE_RATE);
  if (frames > MOST_WAV_FRAMES) throw tooLong(frames / SAMPLE_RATE);
  yield wavHeader(frames, SAMPLE_RATE);
  let done = 0;
  for await (const samples of rendered(parts, { contextOf, sampleRate: SAMPLE_RATE })) {
    yield wavSamples(samples);
    done += samples.left.length;
    await watch(done / frames);
  }
}

function tooLong(seconds: number): ContinuoError {
  const hours = (MOST_WAV_FRAMES / SAMPLE_RATE / 3600).toFixed(1);
  return new ContinuoError(
    'TAKE_EMPTY',
    `A WAV file holds ${hours} hours; the take has ${(seconds / 3600).toFixed(1)}.`,
    'Export it as MIDI.',
  );
}
