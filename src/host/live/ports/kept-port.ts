import { type Look, type PortId, unnumbered } from '../../../midi/index.js';
import { VIRTUAL_PORT } from './ports.js';

/** What a look at the system shows of a port in use. */
export interface PortNews {
  /** The name of the port in use, where it is gone: it was unplugged, or closed and opened again. */
  readonly gone: string | null;
  /** The name of the port that came back; it is to be opened, and said to {@link KeptPort.use}. */
  readonly back: string | null;
}

/**
 * One port that a session uses, an input or an output: whether it is still there, and when it is back. A port that went away is
 * waited for under its name, with ALSA's numbers or others, until another is chosen. Ports of our own cannot go away.
 */
export class KeptPort {
  #name: string | null = null;
  #id: PortId | null = null;
  #gone: { readonly name: string; readonly strangers: ReadonlySet<string> } | null = null;

  constructor(private readonly kind: 'inputs' | 'outputs') {}

  /** The port in use. */
  get id(): PortId | null {
    return this.#id;
  }

  /** Whether a port is waited for. */
  get waits(): boolean {
    return this.#gone !== null;
  }

  /** This port is in use now; null: none, but one that is waited for still is. */
  use(name: string | null, id: PortId | null): void {
    this.#name = name;
    this.#id = id;
    if (name !== null) this.#gone = null;
  }

  /** No port is waited for. */
  forget(): void {
    this.#gone = null;
  }

  /** The port in use takes no more messages: it is waited for. Gives its name. `there`: what there was beside it. */
  fail(there: readonly string[]): string | null {
    const name = this.#name;
    if (name !== null) this.#gone = { name, strangers: new Set(there.filter((other) => other !== name)) };
    this.#name = null;
    this.#id = null;
    return name;
  }

  /** What a look shows, beside the one before. */
  follow({ ports, connections }: Look, before: Look): PortNews {
    const there = ports[this.kind];
    const ends = this.#id === null ? undefined : connections?.peers(this.#id);
    const isGone = ends ? ends.length === 0 : !there.includes(this.#name ?? '');
    const gone =
      this.#name !== null && this.#name !== VIRTUAL_PORT && isGone
        ? this.fail(before.ports[this.kind])
        : null;
    return { gone, back: this.#back(there) };
  }

  /** The port that is waited for, if it is there: by its whole name, else one of its name that was not there before. */
  #back(there: readonly string[]): string | null {
    if (this.#gone === null) return null;
    const { name, strangers } = this.#gone;
    if (there.includes(name)) return name;
    return there.find((other) => unnumbered(other) === unnumbered(name) && !strangers.has(other)) ?? null;
  }
}
