import { describe, expect, it } from 'vitest';
import { listPlugins, loadPlugin } from '../../src/host/plugins.js';

describe('the folk plugin', () => {
  it('is known, and not offered to a live session', async () => {
    const plugins = await listPlugins();
    const live = plugins.filter(({ features }) => features.includes('live')).map(({ id }) => id);
    expect(plugins.map(({ id }) => id)).toContain('folk');
    expect(live).toContain('piano');
    expect(live).not.toContain('folk');
  });

  it('makes tunes, and says so where it is asked to play', async () => {
    const { definition } = await loadPlugin('folk');
    expect(definition.tunes?.codec('folk-session-1').id).toBe('folk-session-1');
    expect(() => definition.tunes?.codec('performance-388')).toThrow('performance-388');
    expect(() => definition.codec('folk-session-1')).toThrow('no codec to play live with');
  });
});
