import { LitElement, type PropertyDeclarations, type PropertyValues } from 'lit';
import type { Panel } from './panel.js';

/** An element that shows part of the panel's state and re-renders when that changes. */
export abstract class PanelElement extends LitElement {
  static override properties: PropertyDeclarations = { panel: { attribute: false } };
  declare panel: Panel;
  #unwatch: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('panel')) this.#unwatch?.();
    if (changed.has('panel') || this.#unwatch === undefined)
      this.#unwatch = this.panel.watch(() => this.requestUpdate());
  }
}
