import { type TapLink, TapReader } from '../../../model/tap/index.js';
import type { NetworkView } from './view.js';
import { shapeView, stepsView, type WatchedNetwork } from './views.js';

/** Interval of messages in milliseconds: 12.5 a second. */
const EVERY_MS = 80;

/**
 * Shows listeners what the network of a session does. The tap is open while there is a listener, and no longer; another engine's tap is
 * taken up as soon as it plays.
 */
export class NetworkWatch {
  readonly #listeners = new Set<(view: NetworkView) => void>();
  #timer: NodeJS.Timeout | undefined;
  #network: WatchedNetwork | null = null;
  #reader: TapReader | null = null;
  #dropped = 0;

  constructor(
    /** The network of the engine that plays now; null where none does. */
    private readonly playing: () => WatchedNetwork | null,
  ) {}

  /** Returns a function that ends it. */
  add(listener: (view: NetworkView) => void): () => void {
    this.#listeners.add(listener);
    if (this.#network !== null) listener({ type: 'networkShape', shape: shapeView(this.#network) });
    this.#timer ??= setInterval(() => this.look(), EVERY_MS).unref();
    this.look();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Takes what the network has done since the last call. */
  look(): void {
    const network = this.playing();
    if (network?.tap !== this.#network?.tap) this.#open(network);
    if (network === null || this.#reader === null) return;
    const frames = this.#reader.read();
    if (frames.length === 0) return;
    const dropped = this.#reader.dropped - this.#dropped;
    this.#dropped = this.#reader.dropped;
    this.#tell({ type: 'networkSteps', steps: stepsView(frames, network, dropped) });
  }

  #open(network: WatchedNetwork | null): void {
    this.#reader?.close();
    this.#network = network;
    this.#reader = network && openReader(network.tap);
    this.#dropped = this.#reader?.dropped ?? 0;
    if (network !== null) this.#tell({ type: 'networkShape', shape: shapeView(network) });
  }

  #tell(view: NetworkView): void {
    for (const listener of this.#listeners) listener(view);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#reader?.close();
    this.#reader = null;
    this.#network = null;
  }
}

function openReader(tap: TapLink): TapReader {
  const reader = new TapReader(tap);
  reader.open();
  return reader;
}
