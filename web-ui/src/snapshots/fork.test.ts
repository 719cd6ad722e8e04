import { describe, expect, it } from 'vitest';
import type { SessionList } from '../sessions/session-list.js';
import { Fork } from './fork.js';

/** Sessions that are opened, shown and closed at once. */
function made() {
  const ports = { input: null as string | null, output: 'Synth' as string | null };
  const did: string[] = [];
  const sessions = {
    entries: [{ id: 'one', name: 'Tuesday' }],
    current: 'one' as string | undefined,
    changed() {},
    async openSession({ from }: { from: object }) {
      did.push(`open ${JSON.stringify(from)}`);
      sessions.entries = [...sessions.entries, { id: 'two', name: 'Tuesday, fork' }];
      sessions.current = 'two';
      ports.output = null;
      return true;
    },
    choose(id: string) {
      sessions.current = id;
      ports.output = null;
    },
    async close(id: string) {
      did.push(`close ${id}`);
      sessions.entries = sessions.entries.filter((entry) => entry.id !== id);
    },
  };
  const fork = new Fork({
    sessions: sessions as unknown as SessionList,
    ports: () => ({ ...ports }),
    connect(which, port) {
      did.push(`connect ${which} ${port}`);
      ports[which] = port;
    },
  });
  return { fork, sessions, did, ports };
}

describe('a fork', () => {
  it('is shown at once, with the ports; the other is a press away, and has them then', async () => {
    const { fork, did } = made();
    expect(fork.compared).toBeUndefined();
    await fork.begin('verse');
    expect(fork.compared).toEqual({ a: 'Tuesday', b: 'Tuesday, fork', shown: 'b' });
    fork.arrived();
    fork.other();
    expect(fork.compared?.shown).toBe('a');
    fork.arrived();
    // A later welcome moves nothing.
    fork.arrived();
    expect(did).toEqual([
      'open {"session":"one","snapshot":"verse"}',
      'connect output Synth',
      'connect output Synth',
    ]);
  });

  it('is kept, or the first one is; where the other comes back, both are compared again, until nobody wants to', async () => {
    const { fork, sessions, did } = made();
    await fork.begin();
    const both = sessions.entries;
    await fork.keepShown();
    expect([did.at(-1), fork.compared]).toEqual(['close one', undefined]);
    sessions.entries = both;
    expect(fork.compared?.shown).toBe('b');
    sessions.current = 'a third';
    expect(fork.compared?.shown).toBeUndefined();
    await fork.keepShown();
    expect(did.at(-1)).toBe('close one');
    expect(did.length).toBe(2);
    fork.end();
    expect(fork.compared).toBeUndefined();
  });

  it('that cannot be opened leaves all as it was', async () => {
    const { fork, sessions, did } = made();
    sessions.openSession = async () => false;
    expect(await fork.begin()).toBe(false);
    fork.arrived();
    expect([fork.compared, fork.opening, did]).toEqual([undefined, false, []]);
  });
});
