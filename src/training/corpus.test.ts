import { describe, expect, it } from 'vitest';
import { parseSplits } from './corpus.js';

describe('splits.csv', () => {
  it('names each file with its piece and split', () => {
    expect(parseSplits('path,piece,split\r\na/b.mid,One,train\nc.mid,Two,valid\n')).toEqual([
      { path: 'a/b.mid', piece: 'One', split: 'train' },
      { path: 'c.mid', piece: 'Two', split: 'valid' },
    ]);
  });

  it.each([
    ['', 1],
    ['file,split\n', 1],
    ['path,piece,split\na.mid,One\n', 2],
    ['path,piece,split\na.mid,One,train\n\nb.mid,Two,test\n', 4],
    ['path,piece,split\n"a,b.mid",One,train\n', 2],
    ['path,piece,split\na.mid,One,train\na.mid,One,train\n', 3],
    // Else a model would be measured on what it has learned.
    ['path,piece,split\na.mid,One,train\nb.mid,One,valid\n', 3],
  ])('is refused where it is malformed: %j', (text, line) => {
    expect(() => parseSplits(text)).toThrow(
      expect.objectContaining({ code: 'CORPUS_SPLITS', message: expect.stringContaining(`line ${line} `) }),
    );
  });
});
