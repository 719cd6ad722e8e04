/** What can be heard of a sound, in figures. */
export interface SoundFigures {
  /** The spectral centroid, in Hz. */
  readonly centroid: number;
  /** The frequency below which half of the energy lies, in Hz. */
  readonly median: number;
  /** Seconds until 95 % of the energy is over. */
  readonly length: number;
  /** When the loudest sample comes, in seconds. */
  readonly attack: number;
  readonly peak: number;
}

export function figuresOf(samples: Float32Array, sampleRate: number): SoundFigures {
  const power = powerSpectrum(samples);
  const width = sampleRate / (2 * power.length);
  const whole = power.reduce((sum, value) => sum + value, 0);
  let [weighed, below, median] = [0, 0, 0];
  power.forEach((value, bin) => {
    weighed += value * bin * width;
    if (below < whole / 2) median = bin * width;
    below += value;
  });
  const energy = samples.reduce((sum, value) => sum + value * value, 0);
  let [over, length, peak, attack] = [0, 0, 0, 0];
  samples.forEach((value, at) => {
    over += value * value;
    if (over < 0.95 * energy) length = at / sampleRate;
    if (Math.abs(value) > peak) [peak, attack] = [Math.abs(value), at / sampleRate];
  });
  return { centroid: weighed / whole, median, length, attack, peak };
}

/** The power at each frequency up to half the sample rate, of the whole sound. (bin) */
function powerSpectrum(samples: Float32Array): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(samples.length));
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  re.set(samples);
  transform(re, im);
  return Float64Array.from({ length: size / 2 }, (_, bin) => re[bin]! ** 2 + im[bin]! ** 2);
}

/** The discrete Fourier transform in place (Cooley and Tukey 1965); the length is a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let at = 1, to = 0; at < size; at++) {
    let bit = size >> 1;
    for (; to & bit; bit >>= 1) to ^= bit;
    to ^= bit;
    if (at < to) {
      [re[at], re[to]] = [re[to]!, re[at]!];
      [im[at], im[to]] = [im[to]!, im[at]!];
    }
  }
  for (let span = 2; span <= size; span *= 2)
    for (let from = 0; from < size; from += span)
      for (let k = 0; k < span / 2; k++)
        butterfly(re, im, { at: from + k, span, angle: (-2 * Math.PI * k) / span });
}

function butterfly(
  re: Float64Array,
  im: Float64Array,
  { at, span, angle }: { at: number; span: number; angle: number },
): void {
  const other = at + span / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [r, i] = [re[other]! * cos - im[other]! * sin, re[other]! * sin + im[other]! * cos];
  [re[other], im[other]] = [re[at]! - r, im[at]! - i];
  [re[at], im[at]] = [re[at]! + r, im[at]! + i];
}

/** The power at one frequency of a sound (Goertzel 1958), under a Hann window. */
export function powerAt(samples: Float32Array, frequency: number, sampleRate: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let [before, last] = [0, 0];
  for (let at = 0; at < samples.length; at++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / samples.length);
    [before, last] = [last, samples[at]! * window + turn * last - before];
  }
  return before * before + last * last - turn * before * last;
}
