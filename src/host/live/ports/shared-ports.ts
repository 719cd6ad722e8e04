import type { PortId } from '../../../midi/index.js';
import type { Seconds } from '../../../music/units.js';
import { EchoGuard } from './echo-guard.js';
import type { Sent, SentLog } from './sent-log.js';

export type Which = 'input' | 'output';

/** The names of sessions that have ports, by the names of the ports. */
export interface PortsTaken {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A session among those that share the MIDI ports of a host. */
export interface PortUser {
  /** What the session sends. */
  readonly sent: SentLog;
  /** When its clock reads 0, on the machine's clock. */
  readonly zero: Seconds;
  /** Lets go of a port, which the session named `by` has chosen. */
  yield(which: Which, by: string): Promise<void>;
}

/**
 * The MIDI ports of a host with several sessions. A port is that of one session: the one that chose it last, whether it is there or
 * is waited for. So one keyboard plays one session, and what one session sends to silence its output does not end the notes of another.
 */
export class SharedPorts {
  readonly #seats = new Set<PortSeat>();
  /** Resolves when the last choice is made. */
  #turn: Promise<unknown> = Promise.resolve();

  join(user: PortUser): PortSeat {
    const seat = new PortSeat(user, this);
    this.#seats.add(seat);
    return seat;
  }

  leave(seat: PortSeat): void {
    this.#seats.delete(seat);
  }

  othersOf(seat: PortSeat): PortSeat[] {
    return [...this.#seats].filter((other) => other !== seat);
  }

  /** Has the session that has this port let go of it. */
  async take(seat: PortSeat, which: Which, port: string): Promise<void> {
    const taken = this.#turn.then(async () => {
      for (const other of this.othersOf(seat))
        if (other.port[which] === port) await other.yield(which, seat.title);
    });
    this.#turn = taken.catch(() => undefined);
    await taken;
  }
}

/** What one session has of the shared ports. */
export class PortSeat {
  /** The name of the session. */
  title = '';
  /** The ports that it has, or waits for. */
  readonly port: { input: string | null; output: string | null } = { input: null, output: null };
  /** Of its output, where the system tells how ports are connected. */
  outputId: PortId | null = null;

  constructor(
    readonly user: PortUser,
    private readonly shared: SharedPorts,
  ) {}

  /** Chooses a port (null: none), which another session may have to let go of. */
  async choose(which: Which, port: string | null): Promise<void> {
    this.port[which] = port;
    if (port !== null) await this.shared.take(this, which, port);
  }

  async yield(which: Which, by: string): Promise<void> {
    this.port[which] = null;
    await this.user.yield(which, by).catch(() => undefined);
  }

  /** The ports that other sessions have; undefined where they have none. */
  taken(): PortsTaken | undefined {
    const inputs: Record<string, string> = {};
    const outputs: Record<string, string> = {};
    for (const { title, port } of this.others()) {
      if (port.input !== null) inputs[port.input] = title;
      if (port.output !== null) outputs[port.output] = title;
    }
    return Object.keys({ ...inputs, ...outputs }).length === 0 ? undefined : { inputs, outputs };
  }

  others(): PortSeat[] {
    return this.shared.othersOf(this);
  }

  leave(): void {
    this.shared.leave(this);
  }
}

/** What another session sent, with its times on this session's clock. */
class OtherLog {
  readonly #later: Seconds;

  constructor(
    private readonly log: SentLog,
    zeros: { readonly theirs: Seconds; readonly ours: Seconds },
  ) {
    this.#later = zeros.theirs - zeros.ours;
  }

  *since(since: Seconds): Generator<Sent> {
    for (const sent of this.log.since(since - this.#later)) yield { ...sent, time: sent.time + this.#later };
  }
}

/** Drops echoes of what any session of the host sends: those of this session by its own guard, those of each other by one more. */
export class HostEchoes {
  readonly #guards = new WeakMap<PortSeat, EchoGuard>();

  constructor(
    private readonly own: EchoGuard,
    private readonly seat: PortSeat | undefined,
    /** Called when the output of another session is found to come back here; `heard`: its echoes are not dropped. */
    private readonly onLoop: (session: string, heard: boolean) => void,
  ) {}

  hears(...message: Parameters<EchoGuard['hears']>): boolean {
    if (this.own.hears(...message)) return true;
    return this.#others().some(({ guard }) => guard.hears(...message));
  }

  /** Reports whether the system sees loops. `loops`: whether what is sent to an output comes back by this session's input. */
  know(ownLoops: boolean, loops: (output: PortId) => boolean, time: Seconds): void {
    this.own.know(ownLoops, time);
    for (const { seat, guard } of this.#others())
      guard.know(seat.outputId !== null && loops(seat.outputId), time);
  }

  /** The other sessions that send to an output. */
  #others(): { readonly seat: PortSeat; readonly guard: EchoGuard }[] {
    const { seat } = this;
    if (seat === undefined) return [];
    return seat
      .others()
      .filter(({ port }) => port.output !== null)
      .map((other) => ({ seat: other, guard: this.#guardFor(other, seat) }));
  }

  #guardFor(other: PortSeat, seat: PortSeat): EchoGuard {
    const known = this.#guards.get(other);
    if (known !== undefined) return known;
    const log = new OtherLog(other.user.sent, { theirs: other.user.zero, ours: seat.user.zero });
    const guard = new EchoGuard(log, (heard) => this.onLoop(other.title, heard), 'of another session');
    this.#guards.set(other, guard);
    return guard;
  }
}
