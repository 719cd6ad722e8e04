import { type Look, type PortId, unnumbered } from '../../../midi/index.js';
import { VIRTUAL_PORT } from './port-choice.js';

/** What has changed about a port in use. */
export interface PortNews {
  /** Name of the port in use if it is gone: unplugged, or closed and opened again. */
  readonly gone: string | null;
  /** Name of the port that came back; the caller opens it and reports it with {@link KeptPort.use}. */
  readonly back: string | null;
}

/**
 * Follows one port that a session uses, an input or an output: whether it is still there, and when it is back. A port that went
 * away is awaited by name, ignoring ALSA's numbers, until another is chosen. The program's own virtual ports cannot go away.
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

  /** Name of the port in use, or of the one that it waits for. */
  get name(): string | null {
    return this.#name ?? this.#gone?.name ?? null;
  }

  /** Whether it waits for a port to come back. */
  get waits(): boolean {
    return this.#gone !== null;
  }

  /** Name of the port that it waits for; null: it waits for none. */
  get awaited(): string | null {
    return this.#gone?.name ?? null;
  }

  /** Sets the port in use; null: none, but it goes on waiting for a lost one. */
  use(name: string | null, id: PortId | null): void {
    this.#name = name;
    this.#id = id;
    if (name !== null) this.#gone = null;
  }

  /** Waits for a port that was in use in another process. */
  await(name: string): void {
    this.#name = null;
    this.#id = null;
    this.#gone = { name, strangers: new Set() };
  }

  /** Stops waiting for a port. */
  forget(): void {
    this.#gone = null;
  }

  /** The port in use failed: wait for it to come back. Returns its name. `there`: the ports present now. */
  fail(there: readonly string[]): string | null {
    const name = this.#name;
    if (name !== null) this.#gone = { name, strangers: new Set(there.filter((other) => other !== name)) };
    this.#name = null;
    this.#id = null;
    return name;
  }

  /** Compares the system's ports with those of the previous look. */
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

  /** The awaited port, if it is there: by its full name, else by its unnumbered name among ports that were not there before. */
  #back(there: readonly string[]): string | null {
    if (this.#gone === null) return null;
    const { name, strangers } = this.#gone;
    if (there.includes(name)) return name;
    return there.find((other) => unnumbered(other) === unnumbered(name) && !strangers.has(other)) ?? null;
  }
}
