import type { TuneGrammar } from '../codec/folk/grammar-rules.js';
import { folkCodec } from '../codec/folk/index.js';
import type { StepEngine } from '../model/engine.js';
import { createSampler } from '../model/sampler.js';
import type { Key } from '../music/abc/key.js';
import type { Tune } from '../music/abc/tune.js';
import { type Draft, type DraftSettings, Lane } from './generate-lane.js';
import { saidTempo } from './tempo-wish.js';

/** Tunes that grow side by side: the weights are read once for all of them. */
const LANES = 8;

/**
 * Drafts of tunes, one a branch, in the branches' order. Each depends on (weights, grammar, settings, prime, seed, branch) alone,
 * not on what grows beside it. `heard` gets the tokens so far as they come, those of a part's end when they are chosen, which makes
 * sense for one branch at a time.
 */
export function* makeDrafts(
  engine: StepEngine,
  settings: DraftSettings,
  branches: readonly number[],
  heard?: (tokens: readonly number[], grammar: TuneGrammar) => void,
): Generator<Draft> {
  const classes = engine.spec.outputClasses;
  const sampler = createSampler(classes);
  const waiting = [...branches];
  const ready = new Map<number, Draft>();
  const lanes: Lane[] = [];
  let given = 0;
  try {
    while (given < branches.length) {
      while (lanes.length < LANES && waiting.length > 0)
        lanes.push(new Lane(engine, settings, sampler, waiting.shift()!));
      const steps = lanes.flatMap((lane) => lane.growing().map((line) => ({ lane, line })));
      // Copied, since lines that fork take memory of the engine.
      const logits = engine
        .step(
          steps.map(({ line }) => line.state),
          steps.map(({ line }) => line.next),
        )
        .slice();
      for (const [row, { lane, line }] of steps.entries())
        lane.hear(line, logits.subarray(row * classes, (row + 1) * classes));
      for (const lane of lanes) {
        const said = lane.settle();
        if (said) heard?.(said.tokens, said.grammar);
      }
      for (let index = lanes.length - 1; index >= 0; index--) {
        const lane = lanes[index]!;
        if (!lane.done) continue;
        ready.set(lane.branch, lane.draft());
        lane.free();
        lanes.splice(index, 1);
      }
      for (let draft = ready.get(branches[given]!); draft; draft = ready.get(branches[given]!)) {
        ready.delete(branches[given]!);
        given++;
        yield draft;
      }
    }
  } finally {
    for (const lane of lanes) lane.free();
  }
}

/** A draft as a tune in its key. */
export function tuneOf(
  tokens: readonly number[],
  { key, octave }: { readonly key: Key; readonly octave: number },
  about: Partial<Pick<Tune, 'number' | 'titles' | 'fields' | 'type' | 'tempo'>> = {},
): Tune {
  const { type, tempo, ...options } = about;
  const tune = folkCodec.decode(tokens, { tonic: key.tonic, octave, ...options });
  return { ...tune, ...(type === undefined ? {} : { type }), ...saidTempo(tempo) };
}
