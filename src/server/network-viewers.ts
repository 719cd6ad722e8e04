import type { NetworkChoice, NetworkView } from '../host/live/network/view.js';
import type { SessionControl } from '../host/live/session-control.js';

/** `needed`: a message that the later ones are not understood without. */
type Show = (text: string, needed: boolean) => void;

/** The clients that watch the same. */
interface Group {
  readonly viewers: Set<Show>;
  /** The last shape, which one that comes later is shown first. */
  shape: string | null;
  end: () => void;
}

/** The clients that watch the networks: each message is written once for all who watch the same, and none while nobody looks. */
export class NetworkViewers {
  readonly #groups = new Map<string, Group>();

  constructor(private readonly session: Pick<SessionControl, 'watchNetwork'>) {}

  /** Returns a function that ends it. Throws MEMBER_UNKNOWN. */
  add(show: Show, choice: NetworkChoice): () => void {
    const key = JSON.stringify([choice.member, choice.gate]);
    const group = this.#groups.get(key);
    if (group === undefined) this.#begin(key, show, choice);
    else {
      group.viewers.add(show);
      if (group.shape !== null) show(group.shape, true);
    }
    return () => this.#remove(key, show);
  }

  #begin(key: string, show: Show, choice: NetworkChoice): void {
    const group: Group = { viewers: new Set([show]), shape: null, end: () => {} };
    group.end = this.session.watchNetwork((view) => tell(group, view), choice);
    this.#groups.set(key, group);
  }

  #remove(key: string, show: Show): void {
    const group = this.#groups.get(key);
    if (!group?.viewers.delete(show) || group.viewers.size > 0) return;
    this.#groups.delete(key);
    group.end();
  }
}

function tell(group: Group, view: NetworkView): void {
  const text = JSON.stringify(view);
  const needed = view.type === 'networkShape';
  if (needed) group.shape = text;
  for (const show of group.viewers) show(text, needed);
}
