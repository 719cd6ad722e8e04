import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codecById } from '../codec/index.js';
import { FOLDERS } from '../host/folders.js';
import folk from '../plugins/folk/index.js';
import { beatCodec } from '../plugins/piano/beats/codec/index.js';
import piano from '../plugins/piano/index.js';
import text from '../plugins/text/index.js';
import { codecOfPlugin, sharedCodec } from './codec-of-model.js';
import { openModel } from './open-model.js';

const metadata = (codec: string, more: object = {}) => ({ codec, vocabularyHash: '', ...more });
const reader = (model: string) => (path: string) => readFileSync(join(FOLDERS.bundledModels, model, path));

describe('the codec of a model', () => {
  it('without a plugin is one that every plugin may build on', () => {
    expect(sharedCodec(metadata('performance-packed-16'))).toBe(codecById('performance-packed-16'));
    expect(sharedCodec(metadata('text', { characters: 'ab' })).vocabulary.size).toBe(3);
    expect(() => sharedCodec(metadata('folk-session-1'))).toThrow(
      expect.objectContaining({ code: 'CODEC_UNKNOWN', hint: expect.stringContaining('{ plugin }') }),
    );
  });

  it('with a plugin is the plugin’s, of whole pieces where it has one', () => {
    expect(codecOfPlugin(folk, metadata('folk-plan-1')).id).toBe('folk-plan-1');
    expect(codecOfPlugin(piano, metadata('performance-388')).vocabulary).toBe(
      codecById('performance-388').vocabulary,
    );
    expect(codecOfPlugin(piano, metadata('performance-beats')).vocabulary).toBe(beatCodec.vocabulary);
    expect(codecOfPlugin(text, metadata('text', { characters: 'abc' })).vocabulary.size).toBe(4);
    const live = { codec: () => codecById('performance-388') };
    expect(codecOfPlugin({ live }, metadata('mine'))).toBe(live.codec());
    for (const wrong of [
      () => codecOfPlugin(folk, metadata('none')),
      () => codecOfPlugin({}, metadata('none')),
    ])
      expect(wrong).toThrow(expect.objectContaining({ code: 'CODEC_UNKNOWN' }));
  });

  it('is checked against the model that is opened with it', async () => {
    const { codec, engine } = await openModel(reader('folk-session'), { plugin: folk });
    expect(codec.id).toBe('folk-session-1');
    const state = engine.createState();
    expect(engine.step([state], [0])).toHaveLength(codec.vocabulary.size);
    engine.dispose();
    await expect(openModel(reader('folk-session'))).rejects.toMatchObject({ code: 'CODEC_UNKNOWN' });
    await expect(openModel(reader('piano-pop'), { plugin: folk })).rejects.toMatchObject({
      code: 'CODEC_UNKNOWN',
    });
  });
});
