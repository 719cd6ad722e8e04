import { expect, it } from 'vitest';
import { pluginMemoryOf } from './plugin-memory.js';

it('is that of the plugin that plays with a model, or has its codec', async () => {
  const own = await pluginMemoryOf({ id: 'piano-beats', codec: 'performance-beats' });
  expect(own?.around).toBeInstanceOf(Function);
  expect(await pluginMemoryOf({ id: 'my-own', codec: 'performance-beats' })).toBe(own);
  expect(await pluginMemoryOf({ id: 'folk-session', codec: 'folk-session-1' })).toBeUndefined();
  expect(await pluginMemoryOf({ id: 'mine', codec: undefined })).toBeUndefined();
});
