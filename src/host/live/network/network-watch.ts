import type { GateName } from '../../../model/gates.js';
import { TapReader } from '../../../model/tap/index.js';
import type { NetworkView } from './view.js';
import { shapeView, stepsView, type WatchedNetwork } from './views.js';

/** Interval of messages in milliseconds: 12.5 a second. */
const EVERY_MS = 80;

interface Viewer {
  readonly show: (view: NetworkView) => void;
  readonly gate: GateName | undefined;
}

/**
 * Shows listeners what one network of a session does. The tap is open while there is a listener, and no longer; another engine's tap is
 * taken up as soon as it plays.
 */
export class NetworkWatch {
  readonly #viewers = new Set<Viewer>();
  #timer: NodeJS.Timeout | undefined;
  #network: WatchedNetwork | null = null;
  #reader: TapReader | null = null;
  #dropped = 0;

  constructor(
    /** The network of the engine that plays now; null where none does. */
    private readonly playing: () => WatchedNetwork | null,
    /** The member of a band whose network it is; undefined: the first. */
    private readonly member?: string,
  ) {}

  /** Shows `gate` too. Returns a function that ends it. */
  add(show: (view: NetworkView) => void, gate?: GateName): () => void {
    const viewer = { show, gate };
    this.#viewers.add(viewer);
    if (this.#network !== null) show(this.#shapeOf(this.#network));
    this.#askForGates();
    this.#timer ??= setInterval(() => this.look(), EVERY_MS).unref();
    this.look();
    return () => {
      if (!this.#viewers.delete(viewer)) return;
      if (this.#viewers.size === 0) this.close();
      else this.#askForGates();
    };
  }

  /** Opens the tap, with gates where somebody wants to see one. */
  #askForGates(): void {
    this.#reader?.open({ gates: [...this.#viewers].some(({ gate }) => gate !== undefined) });
  }

  #shapeOf(network: WatchedNetwork): NetworkView {
    return { type: 'networkShape', ...this.#of, shape: shapeView(network) };
  }

  get #of(): { readonly member?: string } {
    return this.member === undefined ? {} : { member: this.member };
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
    const views = new Map<GateName | undefined, NetworkView>();
    for (const { show, gate } of this.#viewers) {
      const view = views.get(gate) ?? {
        ...{ type: 'networkSteps', ...this.#of },
        steps: stepsView(frames, network, dropped, gate),
      };
      views.set(gate, view);
      show(view);
    }
  }

  #open(network: WatchedNetwork | null): void {
    this.#reader?.close();
    this.#network = network;
    this.#reader = network && new TapReader(network.tap);
    this.#askForGates();
    this.#dropped = this.#reader?.dropped ?? 0;
    if (network === null) return;
    const view = this.#shapeOf(network);
    for (const { show } of this.#viewers) show(view);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#reader?.close();
    this.#reader = null;
    this.#network = null;
  }
}
