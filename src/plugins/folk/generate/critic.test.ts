import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesOf } from '../../../host/models/model-file.js';
import { readAbc } from '../../../music/abc/read.js';
import { CriticNetwork } from '../critic/network.js';
import { criticFile, loadCritic, parseCritic } from './critic.js';
import { rankOf } from './structure.js';

const folder = fileURLToPath(new URL('../../../../models/folk-session', import.meta.url));
const text = readFileSync(`${folder}/critic.json`, 'utf8');
const said = JSON.parse(text);
const tune = (music: string) => readAbc(`X:1\nR:reel\nM:4/4\nL:1/8\nK:D\n${music}\n`)[0]!.tune!;

describe('the critic of the bundled model', () => {
  it('computes what PyTorch computes', () => {
    const { network } = parseCritic(text);
    const { rows, logit } = said.golden;
    expect(new CriticNetwork(network).logit(Uint16Array.from(rows))).toBeCloseTo(logit, 3);
  });

  it('puts a tune with a veto behind one without, and says which', async () => {
    const critic = (await loadCritic(filesOf(folder)))!;
    const whole = tune(
      '|:D2FA DAFA|d2cB AGFD|G2BG DGBG|A2GF E2EA|D2FA DAFA|d2cB AGFD|G2BG AGFE|F2E2 D4:||:d2fd adfd|g2fe dcBA|d2fd adfd|gfec A2Bc|d2fd adfd|g2fe dcBA|G2BG AGFE|F2E2 D4:|',
    );
    const stuck = tune(
      `|:${'DFDF DFDF|'.repeat(8).slice(0, -1)}:||:${'dfdf dfdf|'.repeat(8).slice(0, -1)}:|`,
    );
    const [good, bad] = [whole, stuck].map((tune) => rankOf(tune, 1, critic.judge(tune)));
    expect(good!.critic!.vetoes).toEqual([]);
    expect(bad!.critic!.vetoes).toContain('bars of two notes');
    expect(good!.score).toBeGreaterThan(bad!.score + 20);
    expect(good!.score).toBeCloseTo(Object.values(good!.terms).reduce((sum, term) => sum + term, 0));
    expect(critic.judge(whole)!.remarks).toContainEqual({ good: true, text: 'close in bars 8 and 16' });
    expect(critic.judge(tune('D8|'))).toBeNull();
  });
});

describe('a critic that is not as expected', () => {
  it.each<[string, (critic: typeof said) => void, RegExp]>([
    [
      'a spread is missing',
      (critic) => delete critic.spreads.others.lift,
      /spreads.others.lift: expected a list/,
    ],
    ['there are no others', (critic) => delete critic.spreads.others, /expected one named others/],
    ['a width is none', (critic) => (critic.features.weights.lift[2] = 0), /least width above 0/],
    [
      'weights are cut',
      (critic) => (critic.network.weights = critic.network.weights.slice(0, 400)),
      /expected \d+ numbers/,
    ],
    ['units are beyond reason', (critic) => (critic.network.units = 100_000), /at most 512 units/],
  ])('is refused where %s', (_, change, message) => {
    const critic = structuredClone(said);
    change(critic);
    expect(() => parseCritic(JSON.stringify(critic))).toThrow(message);
  });

  it('is none where it is no JSON, and may be absent', async () => {
    expect(() => parseCritic('{')).toThrow(/expected JSON/);
    expect(
      await loadCritic(filesOf(fileURLToPath(new URL('../../../../models/piano-pop', import.meta.url)))),
    ).toBeUndefined();
  });
});

it('judges the tunes of folk-plan too, which names its folder', async () => {
  const planned = fileURLToPath(new URL('../../../../models/folk-plan', import.meta.url));
  expect(await criticFile(filesOf(planned))).toEqual(await criticFile(filesOf(folder)));
});
