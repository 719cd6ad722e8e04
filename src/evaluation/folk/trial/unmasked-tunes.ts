import type { Constraint } from '../../../generation/constraint.js';
import { decode } from '../../../generation/decode.js';
import { Sampling } from '../../../generation/sampling.js';
import type { StepEngine } from '../../../model/engine.js';
import { uniform } from '../../../model/random.js';
import { createSampler } from '../../../model/sampler.js';
import { folkCodec } from '../../../plugins/folk/codec/index.js';

/** A tune made by the network without grammar. */
export interface UnmaskedTune {
  readonly tokens: readonly number[];
  /** Whether the network ended it; otherwise it was cut off. */
  readonly ended: boolean;
}

/** The longest tune of the corpora has 1,185 tokens; nine in ten have fewer than 252. */
const MOST_TOKENS = 1500;

/** Tunes by the network without grammar, for comparison: one per header, in order, with nothing masked. */
export function unmaskedTunes(
  engine: StepEngine,
  headers: readonly (readonly number[])[],
  { temperature, seed }: { readonly temperature: number; readonly seed: number },
): Generator<UnmaskedTune> {
  const classes = folkCodec.vocabulary.size;
  const sampler = createSampler(classes);
  return decode(engine, headers.length, (index, states) => {
    const constraint = new HeaderAlone(headers[index]!);
    return new Sampling(
      {
        constraint,
        startToken: folkCodec.startToken,
        sampling: { temperature, topK: 0, topP: 1 },
        random: () => uniform(seed, index, constraint.said),
        result: (tokens) => ({ tokens, ended: tokens.at(-1) === folkCodec.endToken }),
      },
      sampler,
      classes,
      states,
    );
  });
}

/** Forces the header, then allows any token until the network ends the tune. */
class HeaderAlone implements Constraint {
  said = 0;
  done = false;

  constructor(private readonly header: readonly number[]) {}

  get forcedToken(): number | undefined {
    return this.header[this.said];
  }

  forbid(): void {}

  advance(token: number, output: number[]): number {
    this.said++;
    output.push(token);
    this.done = token === folkCodec.endToken || this.said >= MOST_TOKENS;
    return token;
  }
}
