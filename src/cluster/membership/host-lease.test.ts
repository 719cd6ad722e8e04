import { describe, expect, it } from 'vitest';
import { LEASE_MS } from '../timing.js';
import { SimHost, Simulation } from './testing/simulation.js';

const LEASE = LEASE_MS / 1000;

/** Fails where two hosts take themselves for the owner of one session. */
function neverTwo(world: Simulation): () => void {
  return () => {
    const owners = new Map<string, SimHost>();
    for (const host of world.hosts)
      for (const id of host.permits.keys()) {
        if (host.holdsUntil(id) <= world.time) continue;
        const other = owners.get(id);
        if (other) throw new Error(`${id} is owned by ${other.id} and ${host.id} at ${world.time}`);
        owners.set(id, host);
      }
  };
}

/** Three hosts that know each other, each with two sessions. */
async function threeHosts(seed = 1) {
  const world = new Simulation(seed);
  world.calm = true;
  const check = neverTwo(world);
  const hosts = [0, 1, 2].map((index) => new SimHost(world, `h${index}`));
  await world.run(3, check);
  for (const [index, host] of hosts.entries()) for (const n of [0, 1]) void host.open(`s${index}${n}`);
  await world.run(5, check);
  const run = (seconds: number) => world.run(world.time + seconds, check);
  /** Who may play a session now. */
  const owner = (id: string) => world.hosts.find((host) => host.holdsUntil(id) > world.time)?.id;
  return { world, hosts: hosts as [SimHost, SimHost, SimHost], run, owner };
}

const ALL = ['s00', 's01', 's10', 's11', 's20', 's21'];

describe('the lease of a host', () => {
  it('lets the others take over within 2 s from one that dies', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { hosts, run, owner } = await threeHosts(seed);
      await run(seed / 30);
      hosts[0].dead = true;
      await run(2);
      expect(['h1', 'h2']).toContain(owner('s00'));
      expect(['h1', 'h2']).toContain(owner('s01'));
    }
  });

  it('is silent after a pause in which others took over, and loses those sessions alone', async () => {
    const { hosts, run, owner } = await threeHosts();
    hosts[0].pause(5);
    await run(4);
    expect(owner('s00')).not.toBe('h0');
    await run(3);
    expect(hosts[0].permits.size).toBe(0);
    for (const id of ALL) expect(owner(id)).toBeDefined();
  });

  it('goes on after a pause that nobody used', async () => {
    const { hosts, run, owner } = await threeHosts();
    for (const host of hosts) host.pause(5);
    await run(8);
    for (const id of ALL) expect(owner(id)).toBe(`h${id[1]}`);
    expect(hosts[0].states).toContain('lapsed');
  });

  it('plays on without the broker while all agree that it is gone, and registers again with one that comes back empty', async () => {
    const { world, run, owner } = await threeHosts(2);
    world.broker.stop();
    await run(3);
    for (let i = 0; i < 20; i++) {
      await run(1);
      for (const host of world.hosts) expect(host.lease.state).toMatch(/playsOn|lapsed|cutOff/);
    }
    for (const id of ALL) expect(owner(id)).toBe(`h${id[1]}`);
    world.broker.restart(null);
    await run(5);
    for (const id of ALL) expect(owner(id)).toBe(`h${id[1]}`);
    expect([...world.broker.sessions.keys()].sort()).toEqual(ALL);
  });

  it('plays on alone, where there is no other host, and a newcomer cannot claim from it', async () => {
    const world = new Simulation(3);
    world.calm = true;
    const check = neverTwo(world);
    const lone = new SimHost(world, 'lone');
    await world.run(2, check);
    void lone.open('s');
    await world.run(3, check);
    world.cut.add('lone broker');
    const newcomer = new SimHost(world, 'new');
    world.cut.add('lone new');
    await world.run(20, check);
    expect(lone.lease.state).toBe('playsOn');
    expect(lone.holdsUntil('s')).toBeGreaterThan(20);
    expect(newcomer.permits.size).toBe(0);
  });

  it('is taken over by hosts that it never knew, where they can tell that it is dead', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { world, hosts, run, owner } = await threeHosts(seed);
      for (const host of hosts) host.dead = true;
      const newcomer = new SimHost(world, 'new');
      await run(10);
      expect(newcomer.permits.size).toBe(0);
      world.shows = (dead) => dead !== hosts[2];
      await run(3);
      expect(ALL.map(owner)).toEqual(['new', 'new', 'new', 'new', undefined, undefined]);
    }
  });

  it('is dead, and yet nobody takes over at a broker that was replaced before whoever has its sessions by now had time to say so', async () => {
    const { world, hosts, run, owner } = await threeHosts();
    const old = world.broker.copy();
    hosts[0].dead = true;
    await run(3);
    const heir = owner('s00')!;
    expect(['h1', 'h2']).toContain(heir);
    world.shows = () => true;
    world.broker.stop();
    await run(3);
    // It says of h0 that it has s00 still.
    world.broker.restart(old);
    new SimHost(world, 'new');
    await run(8);
    expect(owner('s00')).toBe(heir);
  });

  it('falls silent where it alone cannot reach the broker, and the others take over', async () => {
    const { world, hosts, run, owner } = await threeHosts();
    world.cut.add('h0 broker');
    await run(LEASE + 1.5);
    expect(hosts[0].lease.state).toBe('cutOff');
    expect(['h1', 'h2']).toContain(owner('s00'));
    world.cut.clear();
    await run(3);
    expect(hosts[0].lease.state).toBe('holds');
    expect(hosts[0].permits.size).toBe(0);
  });

  it('falls silent where broker and one other do not answer, and comes back with what is its own', async () => {
    const { world, hosts, run, owner } = await threeHosts();
    for (const link of ['h0 broker', 'h1 broker', 'h2 broker', 'h0 h1', 'h0 h2', 'h1 h2'])
      world.cut.add(link);
    await run(3);
    for (const host of hosts) expect(host.lease.state).toBe('cutOff');
    for (const id of ALL) expect(owner(id)).toBeUndefined();
    world.cut.clear();
    await run(3);
    for (const id of ALL) expect(owner(id)).toBe(`h${id[1]}`);
  });

  it('is not taken in by the clock of the broker', async () => {
    const { world, run, owner } = await threeHosts();
    world.broker.jump(100);
    await run(3);
    world.broker.jump(-100);
    await run(3);
    for (const id of ALL) expect(owner(id)).toBe(`h${id[1]}`);
  });

  it('hands over what is given up', async () => {
    const { hosts, run, owner } = await threeHosts();
    void hosts[0].giveUp('s00');
    await run(1);
    expect(owner('s00')).toBeDefined();
  });
});

describe('whatever happens', () => {
  const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

  it.each(SEEDS)(
    'no two hosts own one session at one moment, and all are owned in the end (%i)',
    async (seed) => {
      const { world, run, owner } = await threeHosts(seed);
      let made = 0;
      // Every third time, those that die can be seen to be dead by some.
      if (seed % 3 === 0) world.shows = ({ id }) => id.endsWith('0') || id.endsWith('1') || id.endsWith('2');
      let copy = world.broker.copy();
      const living = () => world.hosts.filter(({ dead }) => !dead);
      const any = <T>(of: readonly T[]): T => of[Math.floor(world.random() * of.length)]!;
      const name = () => any([...living().map(({ id }) => id), 'broker']);
      const happens: readonly (() => void)[] = [
        () => any(living()).pause(world.between(0.05, 5)),
        () => any(living()).pause(world.between(0.8, 1.3)),
        () => void world.cut.add(`${any(living()).id} ${name()}`),
        () => void world.cut.add(`${any(living()).id} broker`),
        () => world.cut.clear(),
        () => world.cut.clear(),
        () => world.broker.stop(),
        () => {
          if (!world.broker.up) world.broker.restart(world.broker.copy());
        },
        () => {
          if (!world.broker.up) world.broker.restart(null);
        },
        () => {
          copy = world.broker.copy();
        },
        () => {
          if (seed % 4 === 0 && !world.broker.up) world.broker.restart(copy);
        },
        () => world.broker.jump(world.between(-3, 3)),
        () => {
          if (living().length > 1 && made < 6) any(living()).dead = true;
        },
        () => {
          if (living().length < 4) new SimHost(world, `n${made++}`);
        },
        () => {
          const host = any(living());
          if (host.isRunning && host.permits.size > 0) void host.giveUp(any([...host.permits.keys()]));
        },
        () => void (made < 30 && any(living()).isRunning && any(living()).open(`t${made++}`)),
      ];
      for (let step = 0; step < 60; step++) {
        any(happens)();
        await run(world.random() < 0.5 ? world.between(0, 0.4) : world.between(0.4, 3));
      }
      // All is well again.
      world.calm = true;
      world.cut.clear();
      world.broker.jump(0);
      if (!world.broker.up) world.broker.restart(world.broker.copy());
      await run(20);
      for (const host of living()) {
        expect(host.lease.state).toBe('holds');
        for (const id of host.permits.keys()) expect(`${id} ${owner(id)}`).toBe(`${id} ${host.id}`);
      }
      for (const [id, { owner: of }] of world.broker.sessions)
        if (living().some((host) => host.id === of)) expect(owner(id)).toBe(of);
        else if (seed % 3 === 0)
          expect(world.hosts.find((host) => host.id === of)).toMatchObject({ dead: true });
      const left = [...world.broker.sessions].filter(([, { owner: of }]) => {
        const host = world.hosts.find((one) => one.id === of);
        return host?.dead && world.shows(host);
      });
      expect(left).toEqual([]);
    },
  );
});
