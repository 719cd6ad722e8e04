import type { SessionList } from '../sessions/session-list.js';

/** The MIDI ports of a session. */
interface Ports {
  readonly input: string | null;
  readonly output: string | null;
}

interface ForkParts {
  readonly sessions: SessionList;
  /** The ports of the session that is shown. */
  readonly ports: () => Ports;
  readonly connect: (which: 'input' | 'output', port: string) => void;
}

export type Side = 'a' | 'b';

/** Two futures of one moment, in a session each, which are compared: what is shown here is heard here, and has the MIDI ports. */
export class Fork {
  #pair: Readonly<Record<Side, string>> | undefined;
  opening = false;
  /** The ports that go along to the session that is shown next. */
  #moving: Ports | undefined;

  constructor(private readonly parts: ForkParts) {}

  /** The sessions that are compared, by their names; undefined: none are. A session that was closed by mistake and is back is compared again. */
  get compared(): (Readonly<Record<Side, string>> & { readonly shown: Side | undefined }) | undefined {
    const { entries, current } = this.parts.sessions;
    const pair = this.#pair;
    const nameOf = (id: string | undefined) => entries.find((entry) => entry.id === id)?.name;
    const [a, b] = [nameOf(pair?.a), nameOf(pair?.b)];
    if (pair === undefined || a === undefined || b === undefined) return undefined;
    return { a, b, shown: current === pair.a ? 'a' : current === pair.b ? 'b' : undefined };
  }

  /** Opens a second future of the session that is shown: from a snapshot, or from now. */
  async begin(snapshot?: string): Promise<boolean> {
    const { sessions } = this.parts;
    const session = sessions.current;
    if (session === undefined || this.opening) return false;
    this.opening = true;
    const ports = this.parts.ports();
    const from = { session, ...(snapshot !== undefined && { snapshot }) };
    const opened = await sessions.openSession({ from });
    this.opening = false;
    if (opened && sessions.current !== undefined) {
      this.#pair = { a: session, b: sessions.current };
      this.#moving = ports;
    }
    sessions.changed();
    return opened;
  }

  /** Shows, and sounds, one of the two. */
  show(side: Side): void {
    const { sessions } = this.parts;
    if (this.#pair === undefined || this.compared?.shown === side) return;
    this.#moving = this.parts.ports();
    sessions.choose(this.#pair[side]);
  }

  /** Shows the other one of the two. */
  other(): void {
    const { compared } = this;
    if (compared) this.show(compared.shown === 'a' ? 'b' : 'a');
  }

  /** The session that is shown is there: the ports come along. */
  arrived(): void {
    const moving = this.#moving;
    this.#moving = undefined;
    if (moving === undefined) return;
    const now = this.parts.ports();
    for (const which of ['output', 'input'] as const) {
      const port = moving[which];
      if (port !== null && now[which] === null) this.parts.connect(which, port);
    }
  }

  /** Keeps the one that is shown and closes the other, which can be undone for a while. */
  async keepShown(): Promise<void> {
    const { compared } = this;
    if (compared?.shown === undefined) return;
    await this.parts.sessions.close(this.#pair![compared.shown === 'a' ? 'b' : 'a']);
  }

  /** Both stay open. */
  end(): void {
    this.#pair = undefined;
    this.parts.sessions.changed();
  }
}
