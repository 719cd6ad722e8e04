import type { StreamEvent, StreamParams } from '../../../codec/codec.js';
import { parseDescriptor } from '../../../plugin/descriptor.js';
import { defaultValues } from '../../../plugin/params.js';
import { drumVocabulary } from '../codec/vocabulary.js';
import { DrumStream } from '../live/stream.js';
import manifest from '../plugin.json' with { type: 'json' };

export const DEFAULTS = defaultValues(parseDescriptor(manifest, 'plugin.json').params);

export function streamOf(params: StreamParams = {}, time = 0): DrumStream {
  const stream = new DrumStream(time);
  stream.setParams({ ...DEFAULTS, ...params });
  return stream;
}

/** A drummer without a network: of what may come, anything by chance, in the same order for the same seed. */
export class Drawer {
  readonly #mask = new Uint8Array(drumVocabulary.size);
  #state: number;

  constructor(seed = 1) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  /** One token that the stream allows. */
  token(stream: DrumStream): number {
    this.#mask.fill(1);
    stream.forbid(this.#mask);
    const from = this.#mask.indexOf(1, Math.floor(this.next() * this.#mask.length));
    if (from >= 0) return from;
    return this.#mask.indexOf(1);
  }

  /** Plays until the head is past `time`. */
  play(stream: DrumStream, time: number): { readonly tokens: number[]; readonly events: StreamEvent[] } {
    const tokens: number[] = [];
    const events: StreamEvent[] = [];
    while (stream.head <= time) {
      const token = this.token(stream);
      tokens.push(token);
      events.push(...stream.accept(token));
    }
    return { tokens, events };
  }
}
