import { describe, expect, it } from 'vitest';
import { kerasNetwork } from '../../model/keras-init.js';
import { withJoint } from '../../model/memory/joint.js';
import { namedWeights, networkOf } from '../../model/named-weights.js';
import { openEngine } from '../../model/open.js';
import { followersStep } from '../../plugins/ensemble/codec/step.js';
import { listening } from '../held-out/listening.js';
import { type BandNetwork, otherLeader, type SongSteps, songSteps, tokensOf } from './band.js';
import { bandCosts } from './costs.js';
import { changesOf, responses } from './response.js';

const spec = {
  inputClasses: 6561,
  embedding: 2,
  layers: [{ cell: 'gru', units: 2 }],
  outputClasses: 729,
} as const;

/** A network that knows nothing: every step is as likely as any other. Or one that follows: after a leader's 1, its first step is likelier. */
async function network(listens: boolean): Promise<BandNetwork> {
  const silent = namedWeights(kerasNetwork(spec, 1)).map(({ values }) => values.fill(0));
  const engine = withJoint(await openEngine(networkOf(spec, silent), { engine: 'reference' }), {
    foretold: 729,
    told: 9,
  });
  return {
    engine,
    listen: (logits, leader) => {
      if (listens && leader === 1) logits[0]! += 20;
    },
  };
}

const song = (path: string, leaders: readonly number[], followers: readonly number[]): SongSteps => ({
  path,
  leaders: Int32Array.from(leaders),
  followers: Int32Array.from(followers),
});
const repeated = (count: number, ...values: number[]) =>
  Array.from({ length: count }, (_, at) => values[at % values.length]!);

describe('the study of bands', () => {
  it('reads songs from their tokens', () => {
    const steps = song('a', [0, 3, 4], [700, 2, 2]);
    expect(songSteps('a', tokensOf(steps))).toEqual(steps);
    expect([...otherLeader([steps, song('b', [1, 2], [0, 0])], 0, 3)]).toEqual([1, 2, 1]);
  });

  it('counts nats a step, and what a Markov chain and the step before are worth', async () => {
    const songs = [
      song('a', repeated(200, 1), repeated(200, 5, 6)),
      song('b', repeated(200, 2), repeated(200, 5, 6)),
    ];
    const costs = bandCosts(await network(false), songs, songs, () => {});
    expect(costs.steps).toBe(400);
    expect(costs.network).toBeCloseTo(Math.log(729), 4);
    expect(costs.otherLeader).toBeCloseTo(Math.log(729), 4);
    expect(costs.players.bass).toBeCloseTo(Math.log(9), 4);
    expect(costs.markov1).toBeLessThan(0.2);
    expect(costs.unigram).toBeGreaterThan(Math.log(2));
    // No step comes again here, and none came again in what was learnt from.
    expect(costs.same).toBeCloseTo(costs.unigram, 6);
  });

  it('has what a prompt is worth told where tokens take turns', async () => {
    const { engine } = await network(false);
    const piece = (path: string, step: number) => ({
      ...{ path, notes: 0, seconds: 0 },
      tokens: Uint16Array.from(tokensOf(song(path, repeated(400, 1, 2), repeated(400, step, 3)))),
    });
    const fed = { joint: { foretold: 729, told: 9 } };
    const worth = listening(engine, [piece('a', 1), piece('b', 2)], { prompts: 6, seed: 2, fed })!;
    expect(worth.own).toBeCloseTo(Math.log(729), 4);
    expect(worth.other).toBeCloseTo(Math.log(729), 4);
  });

  it('says how often bands change, and how soon after the leader', () => {
    const chord = followersStep.pack({ bass: 0, chords: 7, counter: 0 });
    // The leader changes at step 2 and 4; the band at step 3 and 4.
    const { players, afterChange, otherwise, wait } = changesOf([
      song('a', [0, 0, 1, 1, 2], [0, 0, 0, chord, chord + 1]),
    ]);
    expect(players).toEqual({ counter: 0.25, chords: 0.25, bass: 0 });
    expect([afterChange, otherwise]).toEqual([0.5, 0.5]);
    expect(wait).toBe(1.5);
  });

  it('tells a band that listens from one that does not', async () => {
    const songs = [song('a', repeated(80, 1), repeated(80, 5)), song('b', repeated(80, 2), repeated(80, 5))];
    const deaf = responses(await network(false), songs, { seed: 1, bands: 2 }, () => {});
    const alert = responses(await network(true), songs, { seed: 1, bands: 2 }, () => {});
    expect(deaf.differWithin[16]).toBe(0);
    expect(alert.differWithin[1]).toBe(1);
    expect(alert.places).toBeGreaterThan(0);
  });
});
