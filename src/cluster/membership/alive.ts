import { z } from 'zod';
import type { Seconds } from '../../music/units.js';
import { ALIVE_PATH } from '../../protocol/hosts-protocol.js';
import { ASK_MS } from '../timing.js';

const alive = z.object({
  /** Id of the host that answers: somebody else may have its address by now. */
  host: z.string(),
  /**
   * Whether it reaches the broker. Where it says no, it promises not to claim from who asks for as long as a lease holds, counted from
   * its answer.
   */
  broker: z.boolean(),
  /** It is cut off: its sessions do not sound, and may be claimed. */
  silent: z.boolean(),
  /** Sessions that it has claimed, or tried to: the fence that this gives, and the instance of the broker. */
  took: z.record(z.string(), z.object({ fence: z.number(), instance: z.string() })),
});

/** What a host says of itself to another one that asks it directly. */
export type Alive = Readonly<z.infer<typeof alive>>;

/** Where a host is asked. */
export interface Asked {
  readonly id: string;
  readonly address: string;
}

/** Asks a host directly. null: it does not answer in time, or another one answers. */
export type Ask = (host: Asked) => Promise<Alive | null>;

/** Asks over HTTP; `from`: id of this host; `headers`: what shows that it is one of the cluster's. */
export function askOverHttp(from: string, headers: Readonly<Record<string, string>>): Ask {
  const asked = answersOverHttp(from, headers);
  return async ({ id, address }) => {
    const said = await asked(address);
    return said?.host === id ? said : null;
  };
}

/** Asks over HTTP which host answers at an address, with what it says. null: none does, in time. */
export function answersOverHttp(
  from: string,
  headers: Readonly<Record<string, string>>,
): (address: string) => Promise<Alive | null> {
  return async (address) => {
    try {
      const url = new URL(ALIVE_PATH, address);
      url.searchParams.set('from', from);
      const signal = AbortSignal.timeout(ASK_MS);
      const response = await fetch(url, { headers, signal, redirect: 'error' });
      if (!response.ok) return null;
      const said = alive.safeParse(await response.json());
      return said.success ? said.data : null;
    } catch {
      return null;
    }
  };
}

export type Took = Alive['took'][string];

/**
 * Whether `said` leaves it certain that nobody has taken a session that was owned with `own`. Fences of two instances cannot be compared:
 * a broker may have come back with older data.
 */
export function leaves(said: Alive, id: string, own: Took): boolean {
  const took = said.took[id];
  return took === undefined || (took.instance === own.instance && took.fence < own.fence);
}

/** Milliseconds as seconds. */
export const seconds = (ms: number): Seconds => ms / 1000;
