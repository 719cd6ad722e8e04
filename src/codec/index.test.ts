import { describe, expect, it } from 'vitest';
import { codecById, codecs } from './index.js';

describe('codecById', () => {
  it('finds every codec by its id', () => {
    for (const codec of codecs) expect(codecById(codec.id)).toBe(codec);
    expect(new Set(codecs.map(({ vocabulary }) => vocabulary.hash)).size).toBe(codecs.length);
  });

  it('lists the codecs there are where one is unknown', () => {
    expect(() => codecById('performance-389')).toThrow(
      expect.objectContaining({
        code: 'CODEC_UNKNOWN',
        message: expect.stringContaining('performance-389'),
        hint: expect.stringContaining('performance-388, performance-packed-8'),
      }),
    );
  });
});
