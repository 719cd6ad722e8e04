import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { listening } from '../event-target.js';
import '../params/param.js';
import '../keyboard/tap-tempo.js';
import './band.js';
import './undo-buttons.js';
import type { ParamSpecs, ParamValue } from '../../../src/plugin/params.js';
import type { SessionDescription } from '../../../src/protocol/session-protocol.js';
import { MODES, type Mode } from '../../../src/session/commands.js';
import { option } from '../params/option.js';
import type { ParamChange } from '../params/param.js';
import { comingInWords } from './coming-words.js';
import { PanelElement } from './panel-element.js';
import { controls, narrow } from './styles.js';
import { troubleWords } from './trouble-words.js';

type Choice = SessionDescription['plugin'];

const MODE_SAYS: Readonly<Record<Mode, { readonly name: string; readonly does: string }>> = {
  answer: { name: 'Answer', does: 'You play a phrase, the model replies, then it is your turn again' },
  continue: { name: 'Continue', does: 'When you stop, the model takes over and plays on' },
  duet: { name: 'Duet', does: 'The model plays along with you' },
  solo: { name: 'Solo', does: 'The model plays alone' },
  listen: { name: 'Listen', does: 'The model listens and does not play' },
};

/** The controls of the music: plugin, model, mode, and the parameters of plugin and session. */
export class Steering extends PanelElement {
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      section {
        display: grid;
        gap: 8px;
      }
      .modes {
        display: grid;
        grid-template-columns: repeat(6, minmax(0, 1fr));
        gap: 4px;
      }
      .modes button {
        grid-column: span 2;
      }
      .modes button:nth-child(n + 4) {
        grid-column: span 3;
      }
      @media (min-width: 480px) and ${narrow} {
        .modes {
          grid-template-columns: repeat(5, minmax(0, 1fr));
        }
        .modes button:nth-child(n) {
          grid-column: auto;
        }
      }
      .modes button {
        padding: 0 4px;
        font-size: 15px;
      }
      .modes button[aria-checked='true']:not(:disabled) {
        background: var(--model);
        border-color: var(--model);
        color: var(--on-voice);
        font-weight: 600;
      }
      .chooser {
        position: relative;
      }
      /* Over the end of what is chosen: nothing moves for it. */
      .loading:not(:empty) {
        position: absolute;
        inset: 1px 1px 1px auto;
        display: grid;
        align-items: center;
        padding: 0 12px;
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--muted);
        font-size: 14px;
        pointer-events: none;
      }
      .coming:has(button) {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        font-size: 14px;
      }
      .coming > span:last-child {
        display: flex;
        gap: 8px;
      }
      label {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr);
        align-items: center;
      }
    `,
  ];

  override render() {
    const { description, values } = this.panel;
    if (description === undefined) return nothing;
    const { plugin, plugins, model, models, params } = description;
    const off = !this.panel.connected;
    return html`
      <continuo-undo .panel=${this.panel}></continuo-undo>
      <section>
        ${this.#chooser('plugin', 'Plugin', plugins, plugin)} ${this.#chooser('model', 'Model', models, model)}
        ${troubleWords(this.panel.troubleAbout('load'))} ${this.#coming()}
        <div class="modes" role="radiogroup" aria-label="Mode" @keydown=${this.#arrow}>
          ${MODES.map((mode) => this.#mode(mode, description.mode))}
        </div>
      </section>
      <continuo-band .panel=${this.panel}></continuo-band>
      <continuo-tap-tempo .panel=${this.panel}></continuo-tap-tempo>
      ${this.#params('The model', plugin.id, params.plugin, values)} ${this.#params('The turn', '', params.session, values)}
      <button
        ?disabled=${off}
        title="The model begins anew, as if nothing had been played; it can be undone"
        @click=${() => this.panel.command({ type: 'reset' })}>
        Forget everything
      </button>
    `;
  }

  /** Shows the requested choice while it loads; otherwise the current one. */
  #chooser(which: 'plugin' | 'model', label: string, choices: readonly Choice[], current: Choice) {
    const { loading, coming } = this.panel;
    const asked = loading?.[which];
    return html`<div class="chooser">
      <label>
        <span class="muted">${label}</span>
        <select
          name=${which}
          aria-busy=${asked !== undefined}
          ?disabled=${!this.panel.connected}
          @change=${(event: Event) => this.panel.load({ [which]: listening(event, HTMLSelectElement).value })}
        >
          ${choices.map(({ id, name }) => option(id, name, asked ?? current.id))}
        </select>
      </label>
      <span class="loading" role="status">${asked === undefined || coming?.ready ? '' : 'Loading …'}</span>
    </div>`;
  }

  /** What is loaded and waits for the end of a phrase. It can play at once, or not at all. */
  #coming() {
    const { coming, description, connected } = this.panel;
    const words = coming?.ready && description ? comingInWords(coming, description) : '';
    return html`<div class="coming">
      <span role="status">${words}</span>
      ${
        words === ''
          ? nothing
          : html`<span>
              <button
                ?disabled=${!connected}
                title="It plays from now on: what sounds is ended"
                @click=${() => this.panel.hurryLoad()}>
                Now
              </button>
              <button ?disabled=${!connected} title="What plays plays on" @click=${() => this.panel.cancelLoad()}>
                Cancel
              </button>
            </span>`
      }
    </div>`;
  }

  #mode(mode: Mode, current: Mode) {
    const { name, does } = MODE_SAYS[mode];
    return html`<button
      role="radio"
      data-mode=${mode}
      aria-checked=${mode === current}
      tabindex=${mode === current ? 0 : -1}
      ?disabled=${!this.panel.connected}
      title=${does}
      @click=${() => this.panel.setMode(mode)}
    >
      ${name}
    </button>`;
  }

  /** Arrow keys move the selection, as in a radio group (WAI-ARIA practices). */
  #arrow(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const current = this.panel.description?.mode;
    if (by === undefined || current === undefined) return;
    event.preventDefault();
    const next = MODES[(MODES.indexOf(current) + by + MODES.length) % MODES.length]!;
    this.panel.setMode(next);
    this.renderRoot.querySelector<HTMLElement>(`[data-mode=${next}]`)?.focus();
  }

  /** Parameter controls keyed by plugin `of`, so that no control is reused for another plugin's parameter under the user's hand. */
  #params(title: string, of: string, specs: ParamSpecs, values: Readonly<Record<string, ParamValue>>) {
    const ids = Object.keys(specs);
    if (ids.length === 0) return nothing;
    return html`<section
      @param-change=${({ detail: { id, value, gesture } }: CustomEvent<ParamChange>) =>
        this.panel.setParam(id, value, gesture)}
    >
      <h2>${title}</h2>
      ${repeat(
        ids,
        (id) => `${of} ${id}`,
        (id) =>
          html`<continuo-param data-param=${id} .name=${id} .spec=${specs[id]} .value=${values[id]} .disabled=${!this.panel.connected}></continuo-param>`,
      )}
    </section>`;
  }
}

customElements.define('continuo-steering', Steering);
