import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import type { NetworkView } from '../../dist/host/live/network/view.js';
import { openHostPerformer } from '../../dist/host/models/open-host-performer.js';
import { Session, Tap, type TapFrame, TapReader, tokenWords, watchTokens } from '../../dist/index.js';

const setup = { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 3 } as const;
const SILENT = { noteOn() {}, noteOff() {}, silence() {} };

describe('a tap on a bundled model', () => {
  it('in a session of the library: what the network chose, what that cost, what else it might have chosen', async () => {
    const performer = await openHostPerformer(setup);
    const tap = new Tap(performer.engine);
    const reader = new TapReader(tap.link);
    const parts = { ...performer, pluginParams: performer.descriptor.params, tap, output: SILENT };
    const session = new Session({ ...parts, mode: 'solo', time: 0, emit() {}, record() {} });
    reader.open();
    const frames: TapFrame[] = [];
    session.command({ type: 'start' }, 0);
    for (let time = 0; time < 5; time += 0.02) {
      session.advance(time);
      frames.push(...reader.read());
    }
    expect(reader.dropped).toBe(0);
    const drawn = frames.filter((frame) => frame.drawn);
    expect(drawn.length).toBeGreaterThan(30);
    for (const frame of drawn) {
      expect(frame.layers.map(({ cell, h }) => [cell, h.length])).toEqual([
        ['gru', 384],
        ['gru', 384],
      ]);
      const [likeliest] = frame.choices(5);
      expect(tokenWords(performer.codec, likeliest!.token)).toMatch(/ on| off|wait/);
      expect(frame.mask?.[frame.token]).toBe(1);
    }
    // The same piece without a clock, watched from its beginning.
    const tokens = [performer.codec.startToken, ...frames.map(({ token }) => token)];
    let index = 0;
    for (const frame of watchTokens(performer.engine, tokens)) {
      if (frames[index]!.position !== index + 1) break; // taken back: no other piece is compared
      expect(frame.nats).toBe(frames[index]!.nats);
      index++;
    }
    expect(index).toBeGreaterThan(30);
    performer.engine.dispose();
  }, 60_000);

  it('of a live session is read in another thread than the one that plays, and only while somebody looks', async () => {
    const session = await LiveSession.open({ ...setup, mode: 'solo', takes: null });
    try {
      const views: NetworkView[] = [];
      const end = session.watchNetwork((view) => views.push(view));
      session.command({ type: 'start' });
      await expect.poll(() => views.length, { timeout: 20_000 }).toBeGreaterThan(8);
      end();
      const [shape, ...steps] = views;
      expect(shape).toMatchObject({
        type: 'networkShape',
        shape: { layers: [{ cell: 'gru' }, { cell: 'gru' }] },
      });
      for (const view of steps) {
        if (view.type !== 'networkSteps') throw new Error(`expected steps, got ${view.type}`);
        expect(JSON.stringify(view).length).toBeLessThan(64 * 1024);
        for (const { choices } of view.steps.tokens)
          expect(choices.filter(({ chosen }) => chosen)).toHaveLength(1);
      }
      const count = views.length;
      await setTimeout(300);
      expect(views.length).toBe(count);
    } finally {
      await session.close();
    }
  }, 60_000);
});
