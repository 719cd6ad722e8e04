import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseBarOdds, withBarRecall } from '../plugins/piano/beats/memory/bar-recall-engine.js';
import { parseModel } from './folder.js';
import { withCache } from './memory/cache.js';
import { parseCache } from './memory/cache-spec.js';
import { openEngine } from './open.js';
import { teacherForced } from './testing/parity.js';

const models = fileURLToPath(new URL('../../models/', import.meta.url));
const names = readdirSync(models).filter((name) => existsSync(`${models}${name}/model.json`));

function load(name: string) {
  const modelJson = readFileSync(`${models}${name}/model.json`, 'utf8');
  return parseModel(modelJson, (path) => readFileSync(`${models}${name}/${path}`));
}

interface Golden {
  readonly tokens: readonly number[];
  readonly logitsAfterLast: readonly number[];
  /** What the class of each token costs with the cache, where the folder has one. */
  /** What each token of a made song costs with the memory of bars, where the folder has one. */
  readonly barRecall?: { readonly tokens: readonly number[]; readonly natsOfTokens: readonly number[] };
  readonly cache?: { readonly tokens: readonly number[]; readonly natsOfClasses: readonly number[] };
}

function golden(name: string): Golden {
  return JSON.parse(readFileSync(`${models}${name}/golden.json`, 'utf8'));
}

describe.each(names)('the bundled model %s', (name) => {
  it.runIf(existsSync(`${models}${name}/golden.json`)).each([
    [{ engine: 'reference' }, 1e-4],
    [{ engine: 'tfjs' }, 1e-4],
    [{ engine: 'kernel', precision: 'float32' }, 1e-4],
    // After random tokens, which are no music; on held-out music piano-beats is 1e-2 off in the mean, and costs 0.06 % more nats.
    [{ engine: 'kernel', precision: 'int8' }, 5e-2],
  ] as const)(
    'gives with %j the logits that its trainer computed, within %d of the largest',
    async (options, tolerance) => {
      const { tokens, logitsAfterLast: expected } = golden(name);
      const engine = await openEngine((await load(name)).network, options);
      const state = engine.createState();
      let logits: Float32Array = new Float32Array();
      for (const token of tokens) logits = engine.step([state], [token]);
      expect(logits).toHaveLength(expected.length);
      const largest = Math.max(...expected.map(Math.abs));
      const difference = Math.max(...expected.map((logit, i) => Math.abs(logit - logits[i]!)));
      expect(difference / largest).toBeLessThan(tolerance);
      engine.dispose();
    },
  );

  it('weighs what it heard before as its trainer did', async () => {
    const { network, metadata } = await load(name);
    const spec = parseCache(metadata?.cache, network.spec.layers.at(-1)!.units, network.spec.outputClasses);
    expect(golden(name).cache === undefined).toBe(spec === undefined);
    if (!spec) return;
    const { tokens, natsOfClasses } = golden(name).cache!;
    const inner = await openEngine(network, { precision: 'float32' });
    const engine = withCache(withBarRecall(inner, parseBarOdds(metadata?.barRecall)), spec);
    const state = engine.createState();
    let logits = engine.step([state], [metadata!.startToken!]);
    let found = 0;
    for (const [at, token] of tokens.entries()) {
      const shares = Float64Array.from(logits, Math.exp);
      const total = shares.reduce((sum, share) => sum + share, 0);
      const ofClass = shares.reduce(
        (sum, share, other) => sum + (spec.classes[other] === spec.classes[token] ? share : 0),
        0,
      );
      const nats = -Math.log(ofClass / total);
      // A projection may be rounded the other way.
      expect(Math.abs(nats - natsOfClasses[at]!), `token ${at}`).toBeLessThan(0.2);
      found += nats;
      logits = engine.step([state], [token]);
    }
    const expected = natsOfClasses.reduce((sum, nats) => sum + nats, 0);
    expect(Math.abs(found - expected) / expected).toBeLessThan(1e-3);
  });

  it('remembers bars as its trainer did', async () => {
    const { network, metadata } = await load(name);
    const odds = parseBarOdds(metadata?.barRecall);
    expect(golden(name).barRecall === undefined).toBe(odds === undefined);
    if (!odds) return;
    const { tokens, natsOfTokens } = golden(name).barRecall!;
    const engine = withBarRecall(await openEngine(network, { precision: 'float32' }), odds);
    const state = engine.createState();
    let logits = engine.step([state], [metadata!.startToken!]);
    const found = tokens.map((token) => {
      const nats = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[token]!;
      logits = engine.step([state], [token]);
      return nats;
    });
    const farthest = Math.max(...found.map((nats, at) => Math.abs(nats - natsOfTokens[at]!)));
    expect(farthest).toBeLessThan(1e-3);
  });

  it.each(['reference', 'tfjs'] as const)(
    'gives in the float32 kernel what %s gives, over 1,000 steps, within 1e-4 of the largest logit',
    async (engine) => {
      const { network } = await load(name);
      const kernel = await openEngine(network, { precision: 'float32' });
      const { difference, largest } = teacherForced(kernel, await openEngine(network, { engine }), 1000);
      expect(difference / largest).toBeLessThan(1e-4);
    },
    180_000,
  );
});

it('keeps the bundled models small enough to come with the program: 30 MB in all, 15 MB a file', () => {
  const sizes = readdirSync(models, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(`${models}${path}`))
    .filter((entry) => entry.isFile())
    .map(({ size }) => size);
  expect(Math.max(...sizes)).toBeLessThan(15e6);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(30e6);
});
