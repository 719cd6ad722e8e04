import type { StereoSamples } from './render.js';

const HEADER = 44;
const BYTES = 2;
const CHANNELS = 2;
/** RIFF counts its bytes in 32 bits: some six hours of stereo. */
export const MOST_WAV_FRAMES = Math.floor((0xffff_ffff - HEADER) / (BYTES * CHANNELS));

/** The header of a WAV file of 16 bits and two channels (RIFF, "WAVE form Audio File Format"). */
export function wavHeader(frames: number, sampleRate: number): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(HEADER));
  const word = (at: number, text: string) => {
    for (let index = 0; index < text.length; index++) header.setUint8(at + index, text.charCodeAt(index));
  };
  const bytes = frames * CHANNELS * BYTES;
  word(0, 'RIFF');
  header.setUint32(4, HEADER - 8 + bytes, true);
  word(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, CHANNELS, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, sampleRate * CHANNELS * BYTES, true);
  header.setUint16(32, CHANNELS * BYTES, true);
  header.setUint16(34, 8 * BYTES, true);
  word(36, 'data');
  header.setUint32(40, bytes, true);
  return new Uint8Array(header.buffer);
}

/** Samples of both ears in turn, as a WAV file has them. */
export function wavSamples({ left, right }: StereoSamples): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(left.length * CHANNELS * BYTES));
  for (let at = 0; at < left.length; at++) {
    view.setInt16(at * 4, whole(left[at]!), true);
    view.setInt16(at * 4 + 2, whole(right[at]!), true);
  }
  return new Uint8Array(view.buffer);
}

/** Up to here samples stay as they are; beyond, where the limiter let an attack pass, they bend towards 1 and never reach it. */
const STRAIGHT = 0.85;

/** The limiter lets attacks pass: in a file there is no knob to turn them down. */
const HEADROOM = 0.7;

function whole(sample: number): number {
  const size = HEADROOM * Math.abs(sample);
  const bent =
    size <= STRAIGHT ? size : STRAIGHT + (1 - STRAIGHT) * Math.tanh((size - STRAIGHT) / (1 - STRAIGHT));
  return Math.round(Math.sign(sample) * bent * 0x7fff);
}
