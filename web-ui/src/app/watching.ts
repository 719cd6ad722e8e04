import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** State that tells when it changes. */
interface Watched {
  /** Returns a function that unsubscribes. */
  watch(callback: () => void): () => void;
}

/** Has an element render again when the state that it shows changes, while it is in the page. */
export class Watching implements ReactiveController {
  #watched: Watched | undefined;
  #unwatch = () => {};

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly shown: () => Watched | undefined,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.requestUpdate();
  }

  hostUpdate(): void {
    const shown = this.shown();
    if (shown === this.#watched) return;
    this.#unwatch();
    this.#watched = shown;
    this.#unwatch = shown?.watch(() => this.host.requestUpdate()) ?? (() => {});
  }

  hostDisconnected(): void {
    this.#unwatch();
    this.#unwatch = () => {};
    this.#watched = undefined;
  }
}
