import { ContinuoError } from '../errors.js';
import type { SessionDirectory } from '../host/sessions/control.js';
import { isLoopback } from './addresses.js';
import type { OpenAllowance } from './host-client.js';
import { PerAddress } from './per-address.js';

/** Rate at which one address may open sessions: loading one takes a core for a moment. */
const RATE = { burst: 6, perSecond: 0.2 };
/** The share of a host's sessions that one address may have opened, other than this machine's own. */
const SHARE = 0.5;

/** Limits the sessions that each address opens: how fast, and how many of them are open at once. This machine's own has no such limit. */
export class Openings {
  readonly #rate: PerAddress;
  /** Sessions, by id, with the address that opened each. */
  readonly #openedBy = new Map<string, string>();
  /** Addresses of sessions that are being opened. */
  readonly #opening: string[] = [];
  readonly unsubscribe: () => void;

  constructor(private readonly sessions: SessionDirectory) {
    this.#rate = new PerAddress(RATE, () => sessions.now());
    this.unsubscribe = sessions.subscribe(({ what, id }) => {
      if (what === 'gone') this.#openedBy.delete(id);
    });
  }

  /** What a client at this address may open. */
  at(address: string): OpenAllowance {
    if (isLoopback(address)) return { take: () => () => {} };
    return { take: () => this.#take(address) };
  }

  #take(address: string): (id: string | undefined) => void {
    const most = Math.ceil(this.sessions.most * SHARE);
    const open = new Set(this.sessions.list().map(({ id }) => id));
    const own = [...this.#openedBy].filter(([id, by]) => by === address && open.has(id)).length;
    if (own + this.#opening.filter((by) => by === address).length >= most)
      throw new ContinuoError(
        'SESSIONS_FULL',
        `Your address has opened ${most} of the ${this.sessions.most} sessions that this host holds; the others are for others.`,
        'Close one of yours.',
      );
    if (!this.#rate.at(address).take(this.sessions.now()))
      throw new ContinuoError(
        'PROTOCOL_RATE',
        'Sessions were opened from your address faster than the host loads them.',
        'Wait five seconds, then open it again.',
      );
    this.#opening.push(address);
    return (id) => {
      this.#opening.splice(this.#opening.indexOf(address), 1);
      if (id !== undefined) this.#openedBy.set(id, address);
    };
  }
}
