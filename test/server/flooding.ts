import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SESSION_PATH } from '../../src/protocol/session-protocol.js';
import { PanelClient } from '../../src/server/testing/panel-client.js';

const FLOOD = fileURLToPath(new URL('./flood.mjs', import.meta.url));
const SECONDS = 2;
/** No flood strikes as hard, or as softly: the one who behaves knows its own notes by it. */
const VELOCITY = 77;

export const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** What a flooding process sent, and how the host answered. */
interface Flood {
  readonly sent: number;
  readonly connected: number;
  readonly refused: number;
  /** Requests that were answered. */
  readonly served: number;
  readonly closed: Readonly<Record<string, number>>;
}

/** Floods a host from another process. */
export async function flood(
  address: string,
  kind: string,
  [perSecond, clients]: readonly [perSecond: number, clients: number],
  path = SESSION_PATH,
): Promise<Flood> {
  const args = [FLOOD, address, kind, String(SECONDS), String(perSecond), String(clients), path];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  return JSON.parse(stdout) as Flood;
}

/**
 * A well-behaved player: pings and plays. Resolves with the time of each ping's answer and of each note's echo by the session, in seconds,
 * sorted.
 */
export async function behave(
  client: PanelClient,
  until: Promise<unknown>,
  velocity = VELOCITY,
): Promise<{ readonly pings: number[]; readonly notes: number[] }> {
  let over = false;
  void until.finally(() => {
    over = true;
  });
  const pings: number[] = [];
  const notes: number[] = [];
  for (let id = 0; !over; id++) {
    const began = performance.now();
    client.say({ type: 'ping', id });
    await client.next('pong');
    pings.push((performance.now() - began) / 1000);
    if (id % 10 === 0) {
      const pitch = 60 + (notes.length % 12);
      const struck = performance.now();
      client.say({ type: 'play', event: { type: 'noteOn', pitch, velocity } });
      for (let heard = false; !heard; ) {
        const { event } = await client.next('event');
        heard = event.type === 'noteOn' && event.voice === 'player' && event.velocity === velocity;
      }
      notes.push((performance.now() - struck) / 1000);
      client.say({ type: 'play', event: { type: 'noteOff', pitch } });
    }
    await wait(0.01);
  }
  const ascending = (times: number[]) => times.sort((a, b) => a - b);
  return { pings: ascending(pings), notes: ascending(notes) };
}

export const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.floor(q * (sorted.length - 1))]!;

/** A panel comes in as soon as there is room: those who flooded may still have come too often. */
export async function reached(address: string, path = SESSION_PATH): Promise<PanelClient> {
  for (let tries = 0; ; tries++) {
    try {
      return await PanelClient.greeted(address, path);
    } catch (error) {
      if (tries === 40) throw error;
      await wait(0.25);
    }
  }
}
