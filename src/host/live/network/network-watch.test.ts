import { describe, expect, it } from 'vitest';
import { performance388 } from '../../../codec/index.js';
import type { NetworkState } from '../../../model/engine.js';
import { kerasNetwork } from '../../../model/keras-init.js';
import { ReferenceEngine } from '../../../model/reference.js';
import { Tap } from '../../../model/tap/index.js';
import { NetworkWatch } from './network-watch.js';
import type { NetworkView } from './view.js';
import type { WatchedNetwork } from './views.js';
import { wordsOf } from './words.js';

const spec = {
  inputClasses: 388,
  embedding: 4,
  layers: [
    { cell: 'lstm', units: 6 },
    { cell: 'gru', units: 5 },
  ],
  outputClasses: 388,
} as const;

/** An engine, and what a session would show of it. */
function network(seed = 1) {
  const engine = new ReferenceEngine(kerasNetwork(spec, seed));
  const tap = new Tap(engine);
  const state = engine.createState();
  const steps = (count: number) => {
    for (let position = 1; position <= count; position++) {
      const logits = engine.step([state], [position % 388]);
      const mask = new Uint8Array(388).fill(1, 128);
      const input = { position, time: position / 10, token: 200, drawn: true, state, logits };
      if (tap.isOpen) tap.write({ ...input, biased: null, mask });
    }
  };
  const watched: WatchedNetwork = { tap: tap.link, words: wordsOf(performance388) };
  return { tap, state, steps, watched };
}

const stepsOf = (views: readonly NetworkView[]) =>
  views.flatMap((view) => (view.type === 'networkSteps' ? [view.steps] : []));

describe('NetworkWatch', () => {
  it('opens the tap for the first listener, and closes it after the last', () => {
    const { tap, watched } = network();
    const watch = new NetworkWatch(() => watched);
    expect(tap.isOpen).toBe(false);
    const [one, two] = [watch.add(() => {}), watch.add(() => {})];
    one();
    expect(tap.isOpen).toBe(true);
    two();
    expect(tap.isOpen).toBe(false);
  });

  it('says the tokens in words with their choices, and the layers as bytes', () => {
    const { steps, state, watched } = network();
    const views: NetworkView[] = [];
    const watch = new NetworkWatch(() => watched);
    const end = watch.add((view) => views.push(view));
    steps(3);
    watch.look();
    end();
    const shape = { layers: spec.layers, classes: 388, gates: true };
    expect(views[0]).toEqual({ type: 'networkShape', shape });
    const [said] = stepsOf(views);
    expect(said!.tokens.map(({ position, time }) => [position, time])).toEqual([
      [1, 0.1],
      [2, 0.2],
      [3, 0.3],
    ]);
    const { choices, nats } = said!.tokens.at(-1)!;
    expect(choices.length).toBe(9);
    expect(choices.find(({ chosen }) => chosen)?.words).toBe('C5 off');
    expect(nats).toBeCloseTo(-Math.log(choices.find(({ chosen }) => chosen)!.probability), 1);
    for (const { words, forbidden, afterGrammar } of choices) {
      expect(forbidden === true).toBe(words.endsWith(' on'));
      expect(afterGrammar > 0).toBe(forbidden !== true);
    }
    const bytes = (text: string) => Array.from(new Int8Array(Buffer.from(text, 'base64')));
    const rounded = (values: Iterable<number>) =>
      Array.from(Int8Array.from(values, (value) => Math.round(127 * value)));
    const [lstm, gru] = state.layers;
    expect(bytes(said!.state!.h)).toEqual([...rounded(lstm!.h), ...rounded(gru!.h)]);
    expect(bytes(said!.state!.c!)).toEqual(rounded(lstm!.c!.map(Math.tanh)));
  });

  it('shows a gate to who asks for it, and has the engine keep gates no longer than that', () => {
    const { tap, state, steps, watched } = network();
    const views: NetworkView[][] = [[], [], []];
    const watch = new NetworkWatch(() => watched, 'drums');
    const ends = (['f', undefined, 'z'] as const).map((gate, index) =>
      watch.add((view) => views[index]!.push(view), gate),
    );
    expect(tap.isOpen).toBe(true);
    steps(2);
    watch.look();
    const gates = state.layers.map((layer) => layer.gates!);
    const bytes = (text?: string) => text && Array.from(new Int8Array(Buffer.from(text, 'base64')));
    const shown = views.map((own) => stepsOf(own)[0]!.state!.gate);
    expect(shown.map((gate) => gate?.name)).toEqual(['f', undefined, 'z']);
    const rounded = (values: Float32Array) => Array.from(values, (value) => Math.round(127 * value));
    expect(bytes(shown[0]!.values)).toEqual(rounded(gates[0]!.subarray(6, 12)));
    expect(bytes(shown[2]!.values)).toEqual(rounded(gates[1]!.subarray(0, 5)));
    expect(views.flat().map(({ member }) => member)).toEqual(new Array(6).fill('drums'));
    ends[0]!();
    ends[2]!();
    expect(tap.isOpen).toBe(true);
    steps(1);
    expect(state.layers.map((layer) => layer.gates)).toEqual([undefined, undefined]);
    ends[1]!();
    expect(tap.isOpen).toBe(false);
  });

  it('shows no more than a message holds, with a gate too', () => {
    const words = new Array(388).fill('x'.repeat(80));
    const layers = new Array(4).fill({ cell: 'lstm', units: 2048 });
    const wide = { ...spec, layers };
    const tap = new Tap({ spec: wide, keepGates: () => {} });
    const views: NetworkView[] = [];
    const watch = new NetworkWatch(() => ({ tap: tap.link, words }));
    watch.add((view) => views.push(view), 'o');
    const values = () => new Float32Array(2048).fill(0.123);
    const gateSums = new Float32Array(4 * 2048);
    const state = {
      layers: layers.map(() => ({ cell: 'lstm', h: values(), c: values(), gateSums })),
    } as unknown as NetworkState;
    const logits = new Float32Array(388);
    for (let position = 1; position <= 16 && tap.isOpen; position++)
      tap.write({ position, time: 1 / 3, token: 300, drawn: true, state, logits, biased: null, mask: null });
    watch.look();
    watch.close();
    const [said] = stepsOf(views);
    expect(said!.state!.gate!.name).toBe('o');
    expect(JSON.stringify(views.at(-1)).length).toBeLessThan(64 * 1024);
  });

  it('shows no more than a message holds, and says how many it left out', () => {
    const { steps, watched } = network();
    const views: NetworkView[] = [];
    const watch = new NetworkWatch(() => watched);
    const end = watch.add((view) => views.push(view));
    steps(100);
    watch.look();
    steps(2);
    watch.look();
    end();
    const said = stepsOf(views);
    expect(said.map(({ tokens, dropped }) => [tokens.length, dropped])).toEqual([
      [16, 84],
      [2, 0],
    ]);
    for (const steps of said) expect(JSON.stringify(steps).length).toBeLessThan(64 * 1024);
  });

  it('takes up the tap of the engine that plays next', () => {
    const [one, two] = [network(1), network(2)];
    let playing: WatchedNetwork | null = one.watched;
    const views: NetworkView[] = [];
    const watch = new NetworkWatch(() => playing);
    const end = watch.add((view) => views.push(view));
    playing = null;
    watch.look();
    expect(one.tap.isOpen).toBe(false);
    playing = two.watched;
    watch.look();
    two.steps(1);
    watch.look();
    end();
    expect([two.tap.isOpen, views.map(({ type }) => type)]).toEqual([
      false,
      ['networkShape', 'networkShape', 'networkSteps'],
    ]);
  });

  it('names a token that its vocabulary cannot describe by its number', () => {
    const describe = (token: number) => {
      if (token === 1) throw new Error('no');
      return 'x'.repeat(token === 2 ? 500 : 3);
    };
    const vocabulary = { ...performance388.vocabulary, size: 3, describe };
    expect(wordsOf({ vocabulary }).map((words) => words.slice(0, 100))).toEqual([
      'xxx',
      'token 1',
      'x'.repeat(80),
    ]);
  });
});
