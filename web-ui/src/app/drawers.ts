import type { LitElement } from 'lit';

/** What can lie over the music, or (the network) stand beside it. */
export type Drawer = 'pieces' | 'takes' | 'snapshots' | 'network';

const PARTS: Readonly<Record<Drawer, { readonly tag: string; readonly load: () => Promise<unknown> }>> = {
  pieces: { tag: 'continuo-piece-drawer', load: () => import('../compose/piece-drawer.js') },
  takes: { tag: 'continuo-take-drawer', load: () => import('../takes/take-drawer.js') },
  snapshots: { tag: 'continuo-snapshot-drawer', load: () => import('../snapshots/snapshot-drawer.js') },
  network: { tag: 'continuo-network-drawer', load: () => import('../network/network-drawer.js') },
};

/** What the drawers need of the panel's root. */
interface Around {
  readonly root: LitElement;
  readonly opens: (drawer: Drawer) => void;
  readonly closes: (drawer: Drawer) => void;
  /** Focuses what opens a drawer. */
  readonly focusOpener: (drawer: Drawer) => void;
}

/** The drawers, of which one is open at a time; each is loaded when it is first opened. */
export class Drawers {
  #open: Drawer | undefined;
  /** Those that were opened once. */
  readonly loaded = new Set<Drawer>();

  constructor(private readonly around: Around) {}

  get open(): Drawer | undefined {
    return this.#open;
  }

  /** Whether one lies over the music. */
  get covers(): boolean {
    return this.#open !== undefined && this.#open !== 'network';
  }

  /**
   * Opens or closes a drawer. The focus moves there and back for who uses the keyboard (`key`: certainly); after a click the keys still play
   * music.
   */
  async toggle(drawer: Drawer, key: boolean): Promise<void> {
    const { root, opens, closes, focusOpener } = this.around;
    const byKey = key || (focused(root)?.matches(':focus-visible') ?? false);
    const open = this.#open !== drawer;
    if (open) {
      opens(drawer);
      await PARTS[drawer].load();
      this.loaded.add(drawer);
    }
    if (this.#open !== undefined) closes(this.#open);
    this.#open = open ? drawer : undefined;
    root.requestUpdate();
    await root.updateComplete;
    if (!byKey) return;
    if (open) root.renderRoot.querySelector<HTMLElement>(PARTS[drawer].tag)?.focus();
    else focusOpener(drawer);
  }

  /** Closes the one that is open. Returns whether one was. */
  close(key: boolean): boolean {
    if (this.#open === undefined) return false;
    void this.toggle(this.#open, key);
    return true;
  }
}

/** What has the focus, in whatever element within. */
function focused(root: LitElement): Element | null {
  let element = root.shadowRoot?.activeElement ?? null;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}
