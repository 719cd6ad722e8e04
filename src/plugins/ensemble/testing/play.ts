import type { StreamEvent, StreamParams } from '../../../codec/codec.js';
import { kerasNetwork } from '../../../model/keras-init.js';
import { withJoint } from '../../../model/memory/joint.js';
import { ReferenceEngine } from '../../../model/reference.js';
import { parseDescriptor } from '../../../plugin/descriptor.js';
import { defaultValues } from '../../../plugin/params.js';
import { ensembleCodec } from '../codec/codec.js';
import { followersStep } from '../codec/step.js';
import { ensembleVocabulary } from '../codec/vocabulary.js';
import { EnsembleStream } from '../live/stream.js';
import manifest from '../plugin.json' with { type: 'json' };

export const PARAMS = parseDescriptor(manifest, 'plugin.json').params;
export const DEFAULTS = defaultValues(PARAMS);
export const { joint: JOINT } = ensembleCodec.trainer as {
  joint: { readonly foretold: number; readonly told: number };
};

/** A small network that has learnt nothing. */
export function untrainedNetwork() {
  return kerasNetwork(
    {
      ...{ inputClasses: JOINT.foretold * JOINT.told, embedding: 4, outputClasses: followersStep.size },
      layers: [{ cell: 'gru', units: 6 }],
    },
    3,
  );
}

export const untrained = () => withJoint(new ReferenceEngine(untrainedNetwork()), JOINT);

export function streamOf(params: StreamParams = {}, time = 0): EnsembleStream {
  const stream = new EnsembleStream(time);
  stream.setParams({ ...DEFAULTS, ...params });
  return stream;
}

/** A band without a network: of what may come, anything by chance, in the same order for the same seed. */
export class Drawer {
  readonly #mask = new Uint8Array(ensembleVocabulary.size);
  #state: number;

  constructor(seed = 1) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  /** One token that the stream allows. */
  token(stream: EnsembleStream): number {
    this.#mask.fill(1);
    stream.forbid(this.#mask);
    const from = this.#mask.indexOf(1, Math.floor(this.next() * followersStep.size));
    return from >= 0 ? from : this.#mask.indexOf(1);
  }

  /** Plays until the head is past `time`. */
  play(stream: EnsembleStream, time: number): StreamEvent[] {
    const events: StreamEvent[] = [];
    while (stream.head <= time) events.push(...stream.accept(this.token(stream)));
    return events;
  }
}
