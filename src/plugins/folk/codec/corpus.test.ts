import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../../../../test/requires.js';
import { type ReadTune, readAbc } from '../../../music/abc/read.js';
import { bare, heardByAbcjs } from '../../../music/abc/testing/heard.js';
import { writeAbc } from '../../../music/abc/write.js';
import { folkCodec } from './codec.js';

/** Tests every nth tune of each book; CONTINUO_FOLK_STEP=1 tests them all. */
const STEP = Number(process.env.CONTINUO_FOLK_STEP ?? 60);

/** These printed tunes begin a part on a new line without a bar line before it; abcjs then plays the note before it twice. */
const HEARD_TWICE = ['Lough Allen', 'Golden Wedding -- Hornpipe'];

describeWith('the corpora (CONTINUO_DATA)', 'books of tunes', (data) => {
  const folder = join(data, 'folk');
  let books: ReadTune[][] | undefined;
  const booksOf = () =>
    (books ??= ['cre', 'oneills1850', 'ryansMammoth', 'airdsAirs'].map((name) =>
      readAbc(readFileSync(join(folder, `${name}.abc`), 'utf8')),
    ));

  it('has folk-rnn’s classes as the first 137 tokens', () => {
    const theirs = readFileSync(join(folder, 'folkrnn_v2_vocabulary.txt'), 'utf8').trim().split('\n');
    const ours = Array.from({ length: 137 }, (_, token) => folkCodec.vocabulary.describe(token));
    expect(ours.toSorted()).toEqual(theirs.toSorted());
  });

  it('reads at least 97 % of them, and each refusal has a place', () => {
    const tunes = booksOf().flat();
    const refused = tunes.flatMap(({ tune, refusal }) => refusal ?? folkCodec.encode(tune!).refusal ?? []);
    expect(tunes.length).toBe(5142);
    expect(refused.length / tunes.length).toBeLessThan(0.03);
    expect(refused.every(({ place }) => place.line > 0 && place.column > 0)).toBe(true);
  });

  it('tokens come back from their ABC, and abcjs hears what it hears in the original', {
    timeout: 600_000,
  }, () => {
    for (const tunes of booksOf()) {
      for (const { tune, source, title } of tunes.filter((_, index) => index % STEP === 0)) {
        const tokens = tune && folkCodec.encode(tune).tokens;
        if (!tokens) continue;
        const abc = writeAbc(folkCodec.decode(tokens, { tonic: tune.key.tonic }));
        const [again] = readAbc(abc);
        expect(again!.warnings, title).toEqual([]);
        expect(folkCodec.encode(again!.tune!).tokens, title).toEqual(tokens);
        if (HEARD_TWICE.includes(title)) continue;
        const heard = (text: string) =>
          heardByAbcjs(bare(text)).notes.map(({ pitch, start, duration }) => [
            pitch,
            Math.round(start * 1000),
            Math.round(duration * 1000),
          ]);
        expect(heard(abc), title).toEqual(heard(source));
      }
    }
  });
});
