import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Composer, codecById, definePlugin, type ParamSpecs, type ValuesOf } from './index.js';

/** As an imported plugin.json is typed: words are `string`, not what they say. */
const manifest = {
  lowest: { type: 'pitch', min: 21, max: 108, default: 21 },
  softly: { type: 'toggle', default: false },
  word: { type: 'text', maxLength: 20, default: 'la' },
  seed: { type: 'int', min: 0, max: 9, default: null },
  mood: { type: 'choice', choices: ['calm', 'wild'], default: null },
};
const declared = {
  mood: { type: 'choice', choices: ['calm', 'wild'], default: 'calm' },
  length: { type: 'float', min: 0, max: 1, default: 0.5 },
} as const satisfies ParamSpecs;

describe('the types of the values', () => {
  it('follow from an imported plugin.json', () => {
    expectTypeOf<ValuesOf<typeof manifest>>().toEqualTypeOf<{
      readonly lowest: number;
      readonly softly: boolean;
      readonly word: string;
      readonly seed: number | null;
      readonly mood: string | null;
    }>();
  });

  it('follow from declarations, choices to the letter', () => {
    expectTypeOf<ValuesOf<typeof declared>>().toEqualTypeOf<{
      readonly mood: 'calm' | 'wild';
      readonly length: number;
    }>();
  });
});

/** As `compose.options` of an imported plugin.json is typed. */
const options = {
  lines: { param: { type: 'int', min: 1, max: 9, default: 4 } },
  rhyme: { param: { type: 'choice', choices: ['a', 'b'], default: null }, several: true },
  title: { param: { type: 'text', maxLength: 20, default: null }, shown: 'folded' },
};

describe('definePlugin of pieces', () => {
  it('gives a composer the options by their types', async () => {
    const { compose } = definePlugin<ParamSpecs, typeof options>({
      compose: {
        open: () => ({
          make({ options, count }) {
            expectTypeOf(options).toEqualTypeOf<{
              readonly lines: number;
              readonly rhyme: readonly (string | null)[];
              readonly title: string | null;
            }>();
            // @ts-expect-error: there is no such option
            options.verses;
            // @ts-expect-error: no title may be given
            options.title.trim();
            return Array.from({ length: count }, () => ({
              title: options.title ?? 'la',
              text: 'la\n'.repeat(options.lines),
            }));
          },
          write: ({ text }) => text,
        }),
      },
    });
    if (compose?.codec !== undefined) throw new Error('it has no model');
    const composer = (await compose!.open()) satisfies Composer<typeof options>;
    const request = { options: { lines: 2, rhyme: [null], title: 'so' }, count: 1, seed: 1 };
    expect([...composer.make(request)]).toEqual([{ title: 'so', text: 'la\nla\n' }]);
  });

  it('takes no composer that lacks something', () => {
    // @ts-expect-error: pieces are written
    definePlugin({ compose: { open: () => ({ make: () => [] }) } });
    // @ts-expect-error: a piece has a text
    definePlugin({ compose: { open: () => ({ make: () => [{ title: 'la' }], write: () => '' }) } });
  });
});

describe('definePlugin', () => {
  const codec = () => codecById('performance-388');

  it('gives a grammar and a notation the values by their types', () => {
    const plugin = definePlugin<typeof manifest>({
      live: {
        codec,
        grammar: () => ({
          forbid(mask, { params }) {
            expectTypeOf(params.lowest).toEqualTypeOf<number>();
            mask[params.lowest] = params.softly ? 0 : 1;
            // @ts-expect-error: there is no such parameter
            mask[params.highest] = 0;
            // @ts-expect-error: a pitch is no word
            params.lowest.trim();
            // @ts-expect-error: nothing may be chosen
            mask[params.seed] = 0;
            // @ts-expect-error: parameters are the user's
            params.lowest = 3;
          },
        }),
        notation: (_tokens, { word }) => word.trim(),
      },
    });
    expect(plugin.live!.notation!([], { ...values, word: ' x ' }, { unfinishedBar: true })).toBe('x');
  });

  it('does not compile where an extension is incomplete or unknown', () => {
    // @ts-expect-error: live needs a codec
    definePlugin({ live: {} });
    // @ts-expect-error: there is no such extension
    definePlugin({ live: { codec }, sing: {} });
    // @ts-expect-error: a predictor is opened
    definePlugin({ live: { codec }, predictor: { feed() {} } });
    // @ts-expect-error: what a piece is written as is said
    definePlugin({ compose: { codec } });
    expect(definePlugin({ live: { codec } }).live?.codec(null).id).toBe('performance-388');
  });
});

const values: ValuesOf<typeof manifest> = { lowest: 21, softly: false, word: 'la', seed: null, mood: null };
