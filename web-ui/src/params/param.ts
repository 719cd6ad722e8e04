import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ParamSpec, ParamValue } from '../../../src/plugin/params.js';
import { controls } from '../app/styles.js';
import { listening } from '../event-target.js';
import { pitchName } from '../keyboard/key-map.js';
import { option } from './option.js';

type NumberSpec = Extract<ParamSpec, { type: 'float' | 'int' | 'pitch' }>;

/** What `param-change` tells; `gesture`: the drag of a slider that it is part of. */
export interface ParamChange {
  readonly id: string;
  readonly value: ParamValue;
  readonly gesture?: number;
}

/** A control generated from a parameter's declaration. Dispatches `param-change` with the new value. */
export class Param extends LitElement {
  static override properties = {
    name: { attribute: false },
    spec: { attribute: false },
    value: { attribute: false },
    disabled: { attribute: false },
    draft: { state: true },
  };
  static override styles = [
    controls,
    css`
      .row {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        column-gap: 8px;
      }
      label {
        font-size: 15px;
        line-height: 24px;
      }
      input[type='range'] {
        grid-column: 1 / -1;
      }
      input[type='number'] {
        width: 76px;
        padding: 0 8px;
        text-align: right;
        -moz-appearance: textfield;
        appearance: textfield;
      }
      input[type='text'] {
        width: 140px;
        padding: 0 8px;
      }
      input::-webkit-inner-spin-button {
        display: none;
      }
      @media (pointer: fine) {
        input[type='text'],
        input[type='number'] {
          min-height: 32px;
        }
      }
      output {
        min-width: 5ch;
        text-align: right;
      }
      .value {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .toggle {
        min-height: 44px;
        cursor: pointer;
      }
    `,
  ];
  /** The parameter's id. */
  declare name: string;
  declare spec: ParamSpec;
  declare value: ParamValue | undefined;
  /** Whether the host is not connected. */
  declare disabled: boolean;
  /** The slider's value while it is dragged, regardless of echoes. */
  declare draft: number | undefined;

  override render() {
    const { spec } = this;
    const label = spec.label ?? this.name;
    const help = spec.help ?? nothing;
    switch (spec.type) {
      case 'toggle':
        return html`<label class="row toggle" title=${help}>
          <span>${label}</span>
          <input type="checkbox" ?disabled=${this.disabled} .checked=${live((this.value ?? spec.default) === true)} @change=${this.#toggled} />
        </label>`;
      case 'choice':
        return html`<label title=${help}>
          <span>${label}</span>
          <select ?disabled=${this.disabled} @change=${this.#chosen}>
            ${spec.default === null ? option('', 'any', String(this.#value ?? '')) : nothing}
            ${spec.choices.map((choice) => option(choice, choice, String(this.#value ?? '')))}
          </select>
        </label>`;
      case 'text':
        return html`<label class="row" title=${help}>
          <span>${label}</span>
          <input
            type="text"
            list="suggestions"
            maxlength=${spec.maxLength}
            placeholder=${spec.default === null ? 'any' : nothing}
            autocomplete="off"
            spellcheck="false"
            ?disabled=${this.disabled}
            .value=${live(String(this.#value ?? ''))}
            @change=${this.#written}
          />
          <datalist id="suggestions">
            ${(spec.suggestions ?? []).map((suggestion) => html`<option value=${suggestion}></option>`)}
          </datalist>
        </label>`;
      case 'float':
      case 'int':
      case 'pitch':
        return this.#slider(spec, label, help);
    }
  }

  /** The current value; null is a valid one, where nothing was chosen. */
  get #value(): ParamValue {
    return this.value === undefined ? this.spec.default : this.value;
  }

  #slider(spec: NumberSpec, label: string, help: string | typeof nothing) {
    const chosen = this.draft ?? this.#value;
    const value = chosen === null ? spec.min : Number(chosen);
    const said = chosen === null ? 'any' : spec.type === 'pitch' ? pitchName(value) : String(rounded(value));
    const step = spec.type === 'float' ? (spec.step ?? niceStep(spec.max - spec.min)) : 1;
    const unit = spec.type === 'pitch' ? undefined : spec.unit;
    return html`<div class="row" title=${help}>
      <label for="slider">${label}</label>
      <span class="value">
        ${
          spec.type === 'pitch'
            ? html`<output>${said}</output>`
            : html`<input
                  type="number"
                  inputmode="decimal"
                  aria-label="${label}, typed"
                  min=${spec.min}
                  max=${spec.max}
                  step="any"
                  ?disabled=${this.disabled}
                  placeholder=${spec.default === null ? 'any' : nothing}
                  .value=${live(chosen === null ? '' : said)}
                  @change=${(event: Event) => this.#typed(event, spec)}
                />`
        }${unit === undefined ? nothing : html`<span class="muted">${unit}</span>`}
      </span>
      <input
        id="slider"
        type="range"
        min=${spec.min}
        max=${spec.max}
        step=${step}
        ?disabled=${this.disabled}
        aria-valuetext=${`${said} ${unit ?? ''}`.trim()}
        .value=${live(String(value))}
        @input=${this.#slid}
        @change=${this.#slidToEnd}
      />
    </div>`;
  }

  /** Numbers the gestures of all sliders. */
  static #gestures = 0;
  /** The drag under way. */
  #gesture: number | undefined;

  #slid(event: Event): void {
    this.draft = Number(listening(event, HTMLInputElement).value);
    this.#gesture ??= ++Param.#gestures;
    this.#say(this.draft, this.#gesture);
  }

  #slidToEnd(): void {
    this.draft = undefined;
    this.#gesture = undefined;
  }

  #typed(event: Event, spec: Exclude<NumberSpec, { type: 'pitch' }>): void {
    const input = listening(event, HTMLInputElement);
    // The number is entered: the keys play music again.
    input.blur();
    const typed = Number(input.value.replace(',', '.'));
    if (input.value.trim() === '' && spec.default === null) {
      this.#say(null);
      return;
    }
    if (input.value.trim() === '' || !Number.isFinite(typed)) {
      this.requestUpdate();
      return;
    }
    const bounded = Math.min(spec.max, Math.max(spec.min, typed));
    this.#say(spec.type === 'float' ? bounded : Math.round(bounded));
    this.requestUpdate();
  }

  #chosen(event: Event): void {
    const { value } = listening(event, HTMLSelectElement);
    this.#say(value === '' && this.spec.default === null ? null : value);
  }

  #written(event: Event): void {
    const input = listening(event, HTMLInputElement);
    // The word is entered: the keys play music again.
    input.blur();
    this.#say(input.value === '' && this.spec.default === null ? null : input.value);
  }

  #toggled(event: Event): void {
    this.#say(listening(event, HTMLInputElement).checked);
  }

  #say(value: ParamValue, gesture?: number): void {
    const detail: ParamChange = { id: this.name, value, ...(gesture !== undefined && { gesture }) };
    this.dispatchEvent(new CustomEvent('param-change', { detail, bubbles: true, composed: true }));
  }
}

/** A step that is a power of ten, for about a hundred steps. */
function niceStep(range: number): number {
  return 10 ** Math.floor(Math.log10(range / 50));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

customElements.define('continuo-param', Param);
