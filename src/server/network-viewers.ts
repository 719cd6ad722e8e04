import type { SessionControl } from '../host/live/session-control.js';
import type { ServerMessage } from '../protocol/session-protocol.js';

/** `needed`: a message that the later ones are not understood without. */
type Show = (text: string, needed: boolean) => void;

/** The clients that watch the network: each message is written once for all of them, and none while nobody looks. */
export class NetworkViewers {
  readonly #viewers = new Set<Show>();
  #end: (() => void) | null = null;
  #shape: string | null = null;

  constructor(private readonly session: Pick<SessionControl, 'watchNetwork'>) {}

  /** Returns a function that ends it. */
  add(show: Show): () => void {
    this.#viewers.add(show);
    if (this.#end === null) this.#end = this.session.watchNetwork((view) => this.#tell(view));
    else if (this.#shape !== null) show(this.#shape, true);
    return () => {
      this.#viewers.delete(show);
      if (this.#viewers.size > 0) return;
      this.#end?.();
      this.#end = null;
      this.#shape = null;
    };
  }

  #tell(view: Extract<ServerMessage, { type: 'networkShape' | 'networkSteps' }>): void {
    const text = JSON.stringify(view);
    const needed = view.type === 'networkShape';
    if (needed) this.#shape = text;
    for (const show of this.#viewers) show(text, needed);
  }
}
