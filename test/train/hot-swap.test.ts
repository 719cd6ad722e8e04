import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { watchModel } from '../../dist/host/models/watch-model.js';

const models = fileURLToPath(new URL('../../models/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-swap-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a session takes up the new weights of its model, with its mode and parameters', async () => {
  const model = join(folder, 'mine');
  cpSync(join(models, 'piano-pop-start'), model, { recursive: true });
  const session = await LiveSession.open({
    plugin: 'piano',
    model,
    engine: 'kernel',
    precision: 'int8',
    seed: 1,
    mode: 'listen',
    takes: null,
  });
  const events: string[] = [];
  const waiting = () =>
    new Promise<void>((resolve) => {
      const end = session.subscribe((event) => {
        if (event.type !== 'phase' || event.phase !== 'waiting') return;
        end();
        resolve();
      });
    });
  try {
    const began = waiting();
    session.command({ type: 'start' });
    session.command({ type: 'param', id: 'temperature', value: 0.7 });
    await began;
    const again = waiting();
    const swapped = new Promise<void>((resolve, reject) => {
      const unwatch = watchModel(
        session,
        {
          reloaded() {
            unwatch();
            resolve();
          },
          failed: reject,
        },
        50,
      );
    });
    session.subscribe((event) => event.type === 'trouble' && events.push(event.message));
    cpSync(join(models, 'piano-pop-start', 'weights.bin'), join(model, 'weights.bin'));
    await swapped;
    await again;
    expect(session.describe()).toMatchObject({ mode: 'listen', model: { id: 'mine' } });
    expect(session.describe().values.temperature).toBe(0.7);
    expect(events).toEqual([]);
  } finally {
    await session.close();
  }
});
