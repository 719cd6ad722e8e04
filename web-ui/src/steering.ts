import { css, html, nothing } from 'lit';
import './param.js';
import type { ParamSpecs, ParamValue } from '../../src/plugin/params.js';
import { MODES, type Mode } from '../../src/session/commands.js';
import { PanelElement } from './panel-element.js';
import { controls } from './styles.js';
import { troubleWords } from './trouble-words.js';

const MODE_SAYS: Readonly<Record<Mode, { readonly name: string; readonly does: string }>> = {
  answer: { name: 'Answer', does: 'You play a phrase, the model replies, then it is your turn again' },
  continue: { name: 'Continue', does: 'When you stop, the model takes over and plays on' },
  duet: { name: 'Duet', does: 'The model plays along with you' },
  solo: { name: 'Solo', does: 'The model plays alone' },
  listen: { name: 'Listen', does: 'The model listens and does not play' },
};

/** What steers the music: plugin, model, mode, and every parameter that plugin and session declare. */
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
        grid-template-columns: repeat(auto-fit, minmax(80px, 1fr));
        gap: 4px;
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
      <section>
          <label>
            <span class="muted">Plugin</span>
            <select name="plugin" ?disabled=${off} @change=${(event: Event) => this.panel.load({ plugin: chosen(event) })}>
              ${plugins.map(({ id, name }) => html`<option value=${id} ?selected=${id === plugin.id}>${name}</option>`)}
            </select>
          </label>
          <label>
            <span class="muted">Model</span>
            <select name="model" ?disabled=${off} @change=${(event: Event) => this.panel.load({ model: chosen(event) })}>
              ${models.map(({ id, name }) => html`<option value=${id} ?selected=${id === model.id}>${name}</option>`)}
            </select>
          </label>
        ${troubleWords(this.panel.troubleAbout('load'))}
        <div class="modes" role="radiogroup" aria-label="Mode" @keydown=${this.#arrow}>
          ${MODES.map((mode) => this.#mode(mode, description.mode))}
        </div>
      </section>
      ${this.#params('The model', params.plugin, values)} ${this.#params('The turn', params.session, values)}
      <button
        ?disabled=${off}
        title="The model begins anew, as if nothing had been played"
        @click=${() => this.panel.command({ type: 'reset' })}>
        Forget everything
      </button>
    `;
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

  /** In a group of radio buttons the arrows choose (WAI-ARIA practices, radio group). */
  #arrow(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const current = this.panel.description?.mode;
    if (by === undefined || current === undefined) return;
    event.preventDefault();
    const next = MODES[(MODES.indexOf(current) + by + MODES.length) % MODES.length]!;
    this.panel.setMode(next);
    this.renderRoot.querySelector<HTMLElement>(`[data-mode=${next}]`)?.focus();
  }

  #params(title: string, specs: ParamSpecs, values: Readonly<Record<string, ParamValue>>) {
    const ids = Object.keys(specs);
    if (ids.length === 0) return nothing;
    return html`<section
      @param-change=${(event: CustomEvent<{ id: string; value: ParamValue }>) =>
        this.panel.setParam(event.detail.id, event.detail.value)}
    >
      <h2>${title}</h2>
      ${ids.map((id) => html`<continuo-param data-param=${id} .name=${id} .spec=${specs[id]} .value=${values[id]} .disabled=${!this.panel.connected}></continuo-param>`)}
    </section>`;
  }
}

function chosen(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}

customElements.define('continuo-steering', Steering);
