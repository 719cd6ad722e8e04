import type { Seconds } from '../../../src/music/units.js';
import type {
  ClientMessage,
  NetworkGate,
  NetworkShape,
  NetworkSteps,
  NetworkToken,
  ServerMessage,
} from '../../../src/protocol/session-protocol.js';

/** The layers at one moment: signed bytes, -127 to 127 for -1 to 1. */
export interface Column {
  readonly time: Seconds;
  readonly position: number;
  /** The engine that it is of. */
  readonly engine: number;
  /** h of all layers, one after the other. */
  readonly h: Int8Array;
  /** tanh of c of all LSTM layers; null where there is none. */
  readonly c: Int8Array | null;
  /** A gate of all layers that have it; null where none was asked for, or it was not known. */
  readonly gate: { readonly name: NetworkGate; readonly values: Int8Array } | null;
}

/** A token that came, and the engine that it is of. */
export interface SeenToken extends NetworkToken {
  readonly engine: number;
}

/** Kept moments: some minutes of music, and 30 MB at most with the largest network. */
const MOST_COLUMNS = 3000;
const MOST_BYTES = 30 * 2 ** 20;
const MOST_TOKENS = 8000;

type Watched = Extract<ServerMessage, { type: 'networkShape' | 'networkSteps' }>;

/** What the panel has seen of the network while it was watched. What was taken back is gone from it. */
export class NetworkStore {
  shape: NetworkShape | null = null;
  readonly tokens: SeenToken[] = [];
  readonly columns: Column[] = [];
  /** Tokens that were not shown, since there was no room for them. */
  dropped = 0;
  /** Counts up with each change. */
  version = 0;
  /** Number of engines so far. */
  engine = 0;
  /** Id of the member of a band whose network is watched; undefined: the first. */
  member: string | undefined;
  /** The gate that is shown; undefined: none. */
  gate: NetworkGate | undefined;
  #watching = false;
  /** The host will send the shape again, of an engine that is known. */
  #sameEngine = false;

  constructor(private readonly send: (message: ClientMessage) => boolean) {}

  get watching(): boolean {
    return this.#watching;
  }

  watch(on: boolean): void {
    if (on === this.#watching) return;
    this.#watching = on;
    this.#ask();
  }

  #ask(): void {
    const { member, gate } = this;
    const choice = { ...(member !== undefined && { member }), ...(gate !== undefined && { gate }) };
    this.send({ type: 'watchNetwork', on: this.#watching, ...(this.#watching && choice) });
  }

  /** Watches the network of another member of the band (undefined: of the first). */
  watchMember(member: string | undefined): void {
    if (member === this.member) return;
    this.member = member;
    this.gate = undefined;
    this.shape = null;
    this.#sameEngine = false;
    this.clear();
    if (this.#watching) this.#ask();
  }

  /** Has a gate come too (undefined: none), from now on. */
  showGate(gate: NetworkGate | undefined): void {
    if (gate === this.gate) return;
    this.gate = gate;
    if (!this.#watching) return;
    this.#sameEngine = this.shape !== null;
    this.#ask();
  }

  /** These are the members of the band now (absent: there is none): one that is gone cannot be watched. */
  membersAre(ids: readonly string[] = []): void {
    if (this.member !== undefined && !ids.includes(this.member)) this.watchMember(undefined);
  }

  /** The host is there, for the first time or again, and does not know what this panel watches. */
  connected(): void {
    this.clear();
    this.#sameEngine = false;
    if (this.#watching) this.#ask();
  }

  clear(): void {
    this.tokens.length = 0;
    this.columns.length = 0;
    this.dropped = 0;
    this.version++;
  }

  receive(message: Watched): void {
    // Of a member that was watched before, some may still be on its way.
    if (message.member !== this.member) return;
    this.version++;
    if (message.type === 'networkShape') {
      if (!this.#sameEngine) this.engine++;
      this.#sameEngine = false;
      this.shape = message.shape;
    } else if (this.shape !== null) this.#add(message.steps);
  }

  /** The music from `time` on was taken back. */
  takeBack(time: Seconds): void {
    for (const list of [this.tokens, this.columns]) while ((list.at(-1)?.time ?? -1) >= time) list.pop();
    this.version++;
  }

  #add({ tokens, state, dropped }: NetworkSteps): void {
    const { engine } = this;
    this.dropped += dropped;
    for (const token of tokens) {
      removeFrom(this.tokens, engine, token.position);
      this.tokens.push({ ...token, engine });
    }
    const first = tokens[0]?.position ?? Number.POSITIVE_INFINITY;
    removeFrom(this.columns, engine, Math.min(first, state?.position ?? first));
    if (state) {
      const { time, position, h, c, gate } = state;
      this.columns.push({
        ...{ time, position, engine, h: bytes(h), c: c === undefined ? null : bytes(c) },
        gate: gate === undefined ? null : { name: gate.name, values: bytes(gate.values) },
      });
    }
    const size = (state?.h.length ?? 0) + (state?.c?.length ?? 0) + (state?.gate?.values.length ?? 0);
    drop(this.columns, Math.min(MOST_COLUMNS, Math.floor(MOST_BYTES / Math.max(1, size))));
    drop(this.tokens, MOST_TOKENS);
  }
}

/** Removes from the end what came at `position` or later: it was taken back. */
function removeFrom(
  list: { readonly engine: number; readonly position: number }[],
  engine: number,
  position: number,
): void {
  while (list.length > 0 && list.at(-1)!.engine === engine && list.at(-1)!.position >= position) list.pop();
}

/** Drops the oldest beyond `most`, many at a time. */
function drop(list: unknown[], most: number): void {
  if (list.length > most * 1.1) list.splice(0, list.length - most);
}

function bytes(base64: string): Int8Array {
  return Int8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** The last of `list`, which is in the order of time, at or before `time`; -1 where there is none. */
export function lastAt(list: readonly { readonly time: Seconds }[], time: Seconds): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.time <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
