/**
 * As much of the Web Audio API as the synthesizer uses, which browsers and Node's libraries offer alike. Nodes are made by the context's
 * methods, since only a browser has their constructors as globals.
 */

/** Time of the audio clock, seconds. */
export type AudioTime = number;

export interface SynthParam {
  value: number;
  setValueAtTime(value: number, at: AudioTime): unknown;
  linearRampToValueAtTime(value: number, at: AudioTime): unknown;
  setTargetAtTime(target: number, at: AudioTime, constant: number): unknown;
  cancelScheduledValues(at: AudioTime): unknown;
}

export interface SynthNode {
  connect(to: SynthNode): unknown;
  disconnect(): void;
}

export interface SynthGain extends SynthNode {
  readonly gain: SynthParam;
}

export interface SynthFilter extends SynthNode {
  type: string;
  readonly frequency: SynthParam;
  readonly Q: SynthParam;
}

export interface SynthSource extends SynthNode {
  start(at?: AudioTime): void;
  stop(at?: AudioTime): void;
  addEventListener(type: 'ended', listener: () => void): void;
}

export type SynthWave = object;

export interface SynthOscillator extends SynthSource {
  type: string;
  readonly frequency: SynthParam;
  readonly detune: SynthParam;
  setPeriodicWave(wave: SynthWave): void;
}

export interface SynthBuffer {
  getChannelData(channel: number): Float32Array;
}

export interface SynthBufferSource extends SynthSource {
  buffer: SynthBuffer | null;
}

export interface SynthAnalyser extends SynthNode {
  fftSize: number;
  getFloatTimeDomainData(samples: Float32Array<ArrayBuffer>): void;
}

export interface SynthContext {
  readonly currentTime: AudioTime;
  readonly sampleRate: number;
  readonly destination: SynthNode;
  createGain(): SynthGain;
  createBiquadFilter(): SynthFilter;
  createOscillator(): SynthOscillator;
  createPeriodicWave(real: Float32Array<ArrayBuffer>, imag: Float32Array<ArrayBuffer>): SynthWave;
  createBuffer(channels: number, length: number, sampleRate: number): SynthBuffer;
  createBufferSource(): SynthBufferSource;
  createConvolver(): SynthNode & { buffer: SynthBuffer | null };
  createStereoPanner(): SynthNode & { readonly pan: SynthParam };
  createDynamicsCompressor(): SynthNode & {
    readonly threshold: SynthParam;
    readonly knee: SynthParam;
    readonly ratio: SynthParam;
    readonly attack: SynthParam;
    readonly release: SynthParam;
  };
  createAnalyser(): SynthAnalyser;
}

/** A context that renders into memory. */
export interface OfflineSynthContext extends SynthContext {
  startRendering(): Promise<SynthBuffer>;
}

/** Sets the values that a node begins with. */
export function withValues<Node extends { readonly [Name in Key]: SynthParam }, Key extends string>(
  node: Node,
  values: Readonly<Record<Key, number>>,
): Node {
  for (const name of Object.keys(values) as Key[]) node[name].value = values[name];
  return node;
}

/** Connects nodes one after the other. */
export function chain(first: SynthNode, ...others: readonly SynthNode[]): void {
  let from = first;
  for (const node of others) {
    from.connect(node);
    from = node;
  }
}

/** How a value approaches another: from what it is at that time, with this time constant. */
export interface Approach {
  readonly from: number;
  readonly to: number;
  readonly at: AudioTime;
  readonly constant: number;
}

/** Lets a value that stands still approach another. Node's library takes a target well only where a value is set at the same time. */
export function approach(param: SynthParam, { from, to, at, constant }: Approach): void {
  param.setValueAtTime(from, at);
  param.setTargetAtTime(to, at, constant);
}
