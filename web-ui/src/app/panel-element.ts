import { LitElement, type PropertyDeclarations } from 'lit';
import type { Panel } from './panel.js';
import { Watching } from './watching.js';

/** An element that shows part of the panel's state and re-renders when that changes. */
export abstract class PanelElement extends LitElement {
  static override properties: PropertyDeclarations = { panel: { attribute: false } };
  declare panel: Panel;

  constructor() {
    super();
    new Watching(this, () => this.panel);
  }
}
