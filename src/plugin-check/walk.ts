import type { TokenStream } from '../codec/codec.js';
import type { NetworkState } from '../model/engine.js';
import type { ParamValues } from '../plugin/definition.js';
import { defaultValues } from '../plugin/params.js';
import type { LiveParts } from './subject.js';

/** Plays one long turn of the model after a phrase of the player, token by token, without a session around it. */
export class Walk {
  readonly stream: TokenStream;
  readonly #state: NetworkState;
  readonly #params: ParamValues;
  readonly #mask: Uint8Array; // (token), 1 = allowed
  readonly #leaned: Float32Array; // (token)
  readonly #draw: ReturnType<LiveParts['createDraw']>;
  #logits: Float32Array; // (token)

  constructor(private readonly parts: LiveParts) {
    const { codec, engine, pluginParams, createDraw: draws } = parts;
    this.#params = defaultValues(pluginParams);
    this.stream = codec.stream(0);
    this.stream.setParams?.(this.#params);
    this.#state = engine.createState();
    this.#mask = new Uint8Array(codec.vocabulary.size);
    this.#leaned = new Float32Array(codec.vocabulary.size);
    this.#draw = draws(0, this.#params);
    this.#logits = this.#feed([codec.startToken]);
    for (const [index, pitch] of [60, 64, 67, 65, 64, 62].entries()) {
      this.#feed(this.stream.feed({ type: 'noteOn', time: index / 4, pitch, velocity: 80 }));
      this.#feed(this.stream.feed({ type: 'noteOff', time: index / 4 + 0.2, pitch }));
    }
    this.#feed(this.stream.advance(2));
    this.#feed(this.stream.beginTurn?.(null, 'answer').tokens ?? []);
  }

  #feed(tokens: readonly number[]): Float32Array {
    for (const token of tokens) this.#logits = this.parts.engine.step([this.#state], [token]);
    return this.#logits;
  }

  /** Draws the next token and feeds it. */
  step(): void {
    const { grammar } = this.parts;
    const { stream } = this;
    this.#mask.fill(1);
    const context = { params: this.#params, stream, ending: false };
    grammar?.forbid(this.#mask, context);
    stream.forbid(this.#mask);
    this.#leaned.set(this.#logits);
    grammar?.bias?.(this.#leaned, context);
    const token = this.#draw(this.#leaned, this.#mask);
    this.#feed([token]);
    stream.accept(token);
  }
}
