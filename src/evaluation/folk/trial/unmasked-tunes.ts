import type { Constraint } from '../../../generation/constraint.js';
import { decode } from '../../../generation/decode.js';
import { Sampling } from '../../../generation/sampling.js';
import type { StepEngine } from '../../../model/engine.js';
import { uniform } from '../../../model/random.js';
import { createSampler } from '../../../model/sampler.js';
import { folkCodec } from '../../../plugins/folk/codec/index.js';

/** A tune that the network made alone. */
export interface UnmaskedTune {
  readonly tokens: readonly number[];
  /** Whether it said that it had ended; else it was stopped. */
  readonly ended: boolean;
}

/** The longest tune of the corpora has 1,185 tokens, nine in ten have fewer than 252. */
const MOST_TOKENS = 1500;

/** Tunes by the network alone, for comparison, one a header, in the headers' order: told the header, and nothing is forbidden. */
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

/** A header, and then whatever the network says until it ends the tune. */
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
