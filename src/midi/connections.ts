import { readFileSync } from 'node:fs';
import type { Connections, PortId } from './port.js';

/** The kernel's description of ALSA's sequencer: clients, ports, connections. It is hidden in some containers. */
const SEQUENCER = '/proc/asound/seq/clients';

/** The lines that describe clients, ports, connections, and lost messages. */
const CLIENTS = /^(?:Client| +Port| +Connect| +(?:In|Out)put pool| +Alloc failures).*$/gm;

/** The kernel's own ports that forward what they get. */
const HANDS_ON = /^Midi Through/;

interface SequencerClient {
  readonly name: string;
  /** Addresses (`client:port`) that its ports send to, and that they receive from. */
  readonly to: string[];
  readonly from: string[];
  /** Number of messages to it that were lost, since the kernel's buffer was full. */
  lost: number;
}

/** The connections of ALSA's sequencer at one moment. A {@link PortId} is the number of a client: RtMidi makes one for each port. */
export class SequencerConnections implements Connections {
  readonly #clients = new Map<number, SequencerClient>();

  /** @param text the kernel's description */
  constructor(text: string) {
    let client: SequencerClient | undefined;
    let input = false;
    for (const line of text.split('\n')) {
      const heading = /^Client +(\d+) : "(.*)" \[/.exec(line);
      if (heading) {
        client = { name: heading[2]!, to: [], from: [], lost: 0 };
        this.#clients.set(Number(heading[1]), client);
      }
      const [, pool] = /^ +(In|Out)put pool/.exec(line) ?? [];
      if (pool) input = pool === 'In';
      const [, failures] = /^ +Alloc failures *: (\d+)/.exec(line) ?? [];
      if (client && input && failures) client.lost = Number(failures);
      const [, way, ends = ''] = /^ +Connect(ing To|ed From): (.*)/.exec(line) ?? [];
      client?.[way === 'ing To' ? 'to' : 'from'].push(...(ends.match(/\d+:\d+/g) ?? []));
    }
  }

  peers(port: PortId): readonly string[] {
    const client = this.#clients.get(port);
    return client ? [...client.to, ...client.from] : [];
  }

  loops(output: PortId, input: PortId): boolean {
    const seen = new Set<number>();
    const clients = [output];
    for (let next = clients.pop(); next !== undefined; next = clients.pop()) {
      const to = this.#clients.get(next)?.to.map((address) => Number.parseInt(address, 10)) ?? [];
      if (to.includes(input)) return true;
      for (const client of to) {
        if (seen.has(client) || !HANDS_ON.test(this.#clients.get(client)?.name ?? '')) continue;
        seen.add(client);
        clients.push(client);
      }
    }
    return false;
  }

  lost(input: PortId): number {
    return this.#clients.get(input)?.lost ?? 0;
  }

  /** The clients of that name. */
  named(name: string): PortId[] {
    return [...this.#clients].flatMap(([number, client]) => (client.name === name ? [number] : []));
  }
}

/** Reads the connections of the sequencer; null where the system does not tell. Cheap where nothing has changed. */
export class SequencerReader {
  #text = '';
  #read: SequencerConnections | null = null;

  constructor(private readonly readText: () => string = () => readFileSync(SEQUENCER, 'utf8')) {}

  /** The same object as before where nothing has changed. */
  read(): SequencerConnections | null {
    try {
      // Without the other counts of a pool, which change with every message.
      const text = this.readText().match(CLIENTS)?.join('\n') ?? '';
      if (text !== this.#text || this.#read === null) this.#read = new SequencerConnections(text);
      this.#text = text;
    } catch {
      this.#read = null;
    }
    return this.#read;
  }

  /**
   * Opens a port with `open` and says which client it is: the one of that name that was not there before. Null where the
   * system does not say, or another program opened one in the same moment.
   */
  watch<P>(name: string, open: () => P): { readonly port: P; readonly id: PortId | null } {
    const before = new Set(this.read()?.named(name));
    const port = open();
    const after =
      this.read()
        ?.named(name)
        .filter((client) => !before.has(client)) ?? [];
    return { port, id: after.length === 1 ? after[0]! : null };
  }
}
