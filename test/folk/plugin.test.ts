import { describe, expect, it } from 'vitest';
import { findPlugins, loadPlugin } from '../../src/host/plugins/plugins.js';

describe('the folk plugin', () => {
  it('is known, and offered to a live session', async () => {
    const { plugins } = await findPlugins();
    const live = plugins
      .map(({ descriptor }) => descriptor)
      .filter(({ extensions }) => extensions.includes('live'))
      .map(({ id }) => id);
    expect(live).toEqual(expect.arrayContaining(['folk', 'piano']));
  });

  it('makes tunes and plays them, in its own tokens alone', async () => {
    const { definition } = await loadPlugin('folk');
    expect(definition.compose?.codec?.('folk-session-1', {}).id).toBe('folk-session-1');
    expect(() => definition.compose?.codec?.('performance-388', {})).toThrow('performance-388');
    expect(definition.live?.codec('folk-session-1').vocabulary.size).toBe(403);
    expect(() => definition.live?.codec('performance-388')).toThrow('performance-388');
  });
});
