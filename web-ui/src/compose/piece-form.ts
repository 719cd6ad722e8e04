import { html, LitElement, nothing } from 'lit';
import type { ComposeOption } from '../../../src/plugin/compose-descriptor.js';
import type { ComposerChoice } from '../../../src/protocol/session-protocol.js';
import { controls, fields } from '../app/styles.js';
import { pitchName } from '../keyboard/key-map.js';
import type { PieceOptions, PieceRequest } from './piece-controller.js';
import { formStyles } from './piece-form-styles.js';

/** Options shown where there is little room; the others are folded away. */
const FIRST = 5;
/** Name of the seed's field; it is not a valid option id. */
const SEED = '-seed';

type Shown = readonly (readonly [id: string, option: ComposeOption])[];

/**
 * A form for the options of a plugin's pieces, generated from their declarations. Dispatches `make` when it is submitted and valid.
 */
export class PieceForm extends LitElement {
  static override properties = {
    composer: { attribute: false },
    open: { state: true },
    changed: { state: true },
  };
  static override styles = [controls, fields, formStyles];
  declare composer: ComposerChoice;
  /** Whether all options are shown, and how many of the foldable ones differ from their defaults. */
  declare open: boolean;
  declare changed: number;

  constructor() {
    super();
    this.open = false;
    this.changed = 0;
  }

  /** Submits the form, as Enter does. */
  submit(): void {
    this.#form.requestSubmit();
  }

  /** The values of the form. */
  get request(): PieceRequest {
    const seed = this.#typed(SEED);
    return {
      options: this.#options(({ ofExport }) => ofExport === undefined),
      ...(seed && { seed: Number(seed) }),
    };
  }

  /** Options for an edit, without those that the given piece determines. */
  optionsOfEdit(edit: string): PieceOptions {
    const said = new Set(this.composer.compose.edits[edit]?.leavesOut);
    return this.#options(({ ofExport }, id) => ofExport === undefined && !said.has(id));
  }

  optionsOfExport(format: string): PieceOptions {
    return this.#options(({ ofExport }) => ofExport === format);
  }

  override render() {
    const { open } = this;
    const [first, folded] = [this.#shown('form'), this.#shown('folded')];
    const folding = first.length + 1 > FIRST;
    return html`<form
      class=${open ? 'open' : nothing}
      aria-label="What is asked for"
      @submit=${this.#submitted}
      @input=${this.#count}
      @invalid=${this.#unfold}
    >
      ${first.map(([id, option], index) => labelled(id, option, index >= FIRST))}
      ${this.#seed(first.length >= FIRST)}
      ${folding || folded.length > 0 ? this.#more(folded) : nothing}
      <div id="folded" class="folded" ?hidden=${!open}>
        ${folded.map(([id, option]) => labelled(id, option, false))}
      </div>
      <button hidden>Make</button>
    </form>`;
  }

  #seed(folding: boolean) {
    const { one } = this.composer.compose.piece;
    return html`<label
      class=${folding ? 'folding' : nothing}
      title="The same seed and options give the same ${one}; empty: another one each time."
    >
      <span>Seed</span>
      <input
        name=${SEED}
        type="number"
        inputmode="numeric"
        min="0"
        max=${Number.MAX_SAFE_INTEGER}
        step="1"
        placeholder="random"
        autocomplete="off"
      />
    </label>`;
  }

  #more(folded: Shown) {
    const { open, changed } = this;
    return html`<button
      type="button"
      class=${folded.length === 0 ? 'where-narrow' : nothing}
      aria-expanded=${open}
      aria-controls="folded"
      title=${folded.map(([id, { param }]) => param.label ?? id).join(', ')}
      @click=${() => {
        this.open = !open;
      }}
    >
      ${open ? 'Less' : changed === 0 ? 'More' : `More (${changed})`}
    </button>`;
  }

  #shown(where: 'form' | 'folded'): Shown {
    return Object.entries(this.composer.compose.options).filter(([, { shown = 'form' }]) => shown === where);
  }

  #options(which: (option: ComposeOption, id: string) => boolean): PieceOptions {
    const asked: Record<string, PieceOptions[string]> = {};
    for (const [id, option] of [...this.#shown('form'), ...this.#shown('folded')]) {
      if (!which(option, id)) continue;
      const value = chosenValue(option, this.#typed(id));
      if (value !== undefined) asked[id] = value;
    }
    return asked;
  }

  get #form(): HTMLFormElement {
    return this.renderRoot.querySelector('form')!;
  }

  #typed(name: string): string {
    return String(new FormData(this.#form).get(name) ?? '').trim();
  }

  readonly #count = (): void => {
    this.changed = this.#shown('folded').filter(
      ([id, { param }]) => this.#typed(id) !== asTyped(param.default),
    ).length;
  };

  /** Unfolds the form when a hidden field is invalid, so that the browser can point at it. */
  readonly #unfold = {
    capture: true,
    handleEvent: (event: Event): void => {
      if (this.open) return;
      event.preventDefault();
      this.open = true;
      void this.updateComplete.then(() => this.#form.reportValidity());
    },
  };

  readonly #submitted = (event: SubmitEvent): void => {
    event.preventDefault();
    this.dispatchEvent(new Event('make'));
  };
}

/** A value as the text of its field. */
function asTyped(value: ComposeOption['param']['default']): string {
  return typeof value === 'boolean' ? (value ? 'on' : '') : String(value ?? '');
}

/** The value typed or chosen; undefined where none was, which means the default. */
function chosenValue({ param }: ComposeOption, typed: string): PieceOptions[string] | undefined {
  switch (param.type) {
    case 'toggle':
      return typed !== '';
    case 'choice':
    case 'text':
      return typed === '' ? undefined : typed;
    case 'int':
    case 'float':
    case 'pitch':
      return typed === '' ? undefined : Number(typed);
  }
}

function labelled(id: string, option: ComposeOption, folding: boolean) {
  const { param } = option;
  const label = `${param.label ?? id}${'unit' in param && param.unit ? ` (${param.unit})` : ''}`;
  if (param.type === 'toggle')
    return html`<label class="toggle" title=${param.help ?? nothing}>
      <input type="checkbox" name=${id} ?checked=${param.default} /><span>${label}</span>
    </label>`;
  return html`<label class=${folding ? 'folding' : nothing} title=${param.help ?? nothing}>
    <span>${label}</span>${field(id, option)}
  </label>`;
}

function field(id: string, { param, placeholder }: ComposeOption) {
  switch (param.type) {
    case 'choice':
      return html`<select name=${id}>
        ${param.default === null ? html`<option value="">${placeholder ?? 'any'}</option>` : nothing}
        ${param.choices.map(
          (choice) => html`<option value=${choice} ?selected=${choice === param.default}>
            ${choice.replaceAll('-', ' ')}
          </option>`,
        )}
      </select>`;
    case 'pitch': {
      const pitches = Array.from({ length: param.max - param.min + 1 }, (_, index) => param.min + index);
      return html`<select name=${id}>
        ${pitches.map(
          (pitch) => html`<option value=${pitch} ?selected=${pitch === param.default}>
            ${pitchName(pitch)}
          </option>`,
        )}
      </select>`;
    }
    case 'text':
      return html`<input
          name=${id}
          list="${id}-suggestions"
          maxlength=${param.maxLength}
          placeholder=${placeholder ?? nothing}
          value=${param.default ?? ''}
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
        /><datalist id="${id}-suggestions">
          ${(param.suggestions ?? []).map((suggestion) => html`<option value=${suggestion}></option>`)}
        </datalist>`;
    case 'int':
    case 'float':
      return html`<input
        name=${id}
        type="number"
        inputmode="decimal"
        min=${param.min}
        max=${param.max}
        step=${param.type === 'int' ? 1 : (param.step ?? 'any')}
        placeholder=${placeholder ?? nothing}
        value=${param.default ?? nothing}
        autocomplete="off"
        ?required=${param.default !== null}
      />`;
    case 'toggle':
      return nothing;
  }
}

customElements.define('continuo-piece-form', PieceForm);
