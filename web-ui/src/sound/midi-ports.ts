import { css, html, nothing, type PropertyDeclarations } from 'lit';
import { PanelElement } from '../app/panel-element.js';
import { noPortsInWords } from '../app/panel-words.js';
import { controls } from '../app/styles.js';
import { troubleWords } from '../app/trouble-words.js';
import { listening } from '../event-target.js';
import { option } from '../params/option.js';
import type { BrowserMidi } from './web-midi.js';

/** MIDI ports of the host and MIDI keyboards of this browser; explains what is missing and what to do. */
export class Ports extends PanelElement {
  static override properties: PropertyDeclarations = {
    ...PanelElement.properties,
    midi: { attribute: false },
  };
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      p {
        margin: 0;
        line-height: 20px;
      }
      button {
        width: 100%;
      }
    `,
  ];
  declare midi: BrowserMidi;
  #unwatch: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unwatch = this.midi.watch(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
  }

  override render() {
    const ports = this.panel.description?.ports;
    if (ports === undefined) return nothing;
    return html`
      <h2>MIDI</h2>
      ${
        ports.unavailable === null
          ? html`${this.#chooser('input', 'Keyboard at the host', ports.inputs, ports.input)}
            ${this.#chooser('output', 'Send the model to', ports.outputs, ports.output)}`
          : html`<p class="muted" data-unavailable>${noPortsInWords(ports.unavailable)}</p>`
      }
      ${troubleWords(this.panel.troubleAbout('connect'))} ${this.#browserMidi()}
    `;
  }

  #chooser(which: 'input' | 'output', label: string, names: readonly string[], current: string | null) {
    // A connected port that was unplugged stays in the list.
    const asked = this.panel.connecting[which];
    const waits = this.panel.description?.ports.waits?.[which];
    const now = current ?? waits ?? null;
    const shown = asked === undefined ? now : asked.port;
    const all = now === null || names.includes(now) ? names : [...names, now];
    const taken = this.panel.description?.ports.taken?.[`${which}s`] ?? {};
    const whose = (name: string) => {
      if (current === null && name === waits) return `${name} (not there yet: waiting)`;
      return Object.hasOwn(taken, name) ? `${name} (in ${taken[name]})` : name;
    };
    return html`<label>
      <span class="muted">${label}</span>
      <select
        name=${which}
        aria-busy=${asked !== undefined}
        ?disabled=${!this.panel.connected}
        @change=${(event: Event) => this.panel.connect(which, listening(event, HTMLSelectElement).value || null)}
      >
        ${option('', names.length === 0 ? 'None found' : 'None', shown ?? '')}
        ${all.map((name) => option(name, whose(name), shown ?? ''))}
      </select>
    </label>`;
  }

  #browserMidi() {
    const { state } = this.midi;
    switch (state.type) {
      case 'absent':
        return html`<p class="muted">
          This browser has no Web MIDI. Connect the keyboard to the host, or open the panel in Chrome, Edge or Firefox.
        </p>`;
      case 'idle':
        return html`<button @click=${() => this.midi.request()}>Use a keyboard at this browser</button>`;
      case 'asking':
        return html`<p class="muted">The browser asks whether this page may use MIDI.</p>`;
      case 'refused':
        return html`<p class="muted">The browser did not allow MIDI: ${state.reason}. Allow it in the page's settings.</p>
          <button @click=${() => this.midi.request()}>Ask again</button>`;
      case 'ready':
        return html`<p class="muted">
          ${state.names.length === 0 ? 'No keyboard at this browser yet: plug one in.' : `Heard at this browser: ${state.names.join(', ')}`}
        </p>`;
    }
  }
}

customElements.define('continuo-ports', Ports);
