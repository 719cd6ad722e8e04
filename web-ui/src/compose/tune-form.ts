import { html, nothing } from 'lit';
import {
  TUNE_OPTIONS,
  type TuneOption,
  type TuneOptionId,
} from '../../../src/plugins/folk/compose/tune-options.js';

/** Folded away until they are asked for. */
const SELDOM = [
  'title',
  'tempo',
  'temperature',
  'topP',
  'bestOf',
  'novel',
] as const satisfies readonly TuneOptionId[];
/** Folded away with them where there is little room. */
const FOLDING: readonly TuneOptionId[] = ['meter', 'range', 'seed'];

/** A field for each option, made from its declaration; those that are seldom changed behind a button, unless `open`. */
export function tuneFields(open: boolean, changed: number, toggle: () => void) {
  const ids = Object.keys(TUNE_OPTIONS) as TuneOptionId[];
  const seldom = (id: TuneOptionId) => (SELDOM as readonly TuneOptionId[]).includes(id);
  return html`${ids.filter((id) => !seldom(id)).map(labelled)}
    <button
      type="button"
      aria-expanded=${open}
      aria-controls="seldom"
      title=${SELDOM.map((id) => TUNE_OPTIONS[id].label).join(', ')}
      @click=${toggle}
    >
      ${open ? 'Less' : changed === 0 ? 'More' : `More (${changed})`}
    </button>
    <div id="seldom" class="seldom" ?hidden=${!open}>${SELDOM.map(labelled)}</div>`;
}

/** How many of those that may be folded away are not as they were. */
export function seldomChanged(typed: (id: TuneOptionId) => string): number {
  return SELDOM.filter((id) => {
    const option: TuneOption = TUNE_OPTIONS[id];
    return typed(id) !== (option.type === 'toggle' ? '' : String(option.default ?? ''));
  }).length;
}

function labelled(id: TuneOptionId) {
  const option: TuneOption = TUNE_OPTIONS[id];
  if (option.type === 'toggle')
    return html`<label class="toggle" title=${option.help}>
      <input type="checkbox" name=${id} /><span>${option.label}</span>
    </label>`;
  return html`<label class=${FOLDING.includes(id) ? 'folding' : nothing} title=${option.help}>
    <span>${option.label}</span>${field(id, option)}
  </label>`;
}

function field(id: TuneOptionId, option: TuneOption) {
  switch (option.type) {
    case 'choice':
      return html`<select name=${id}>
        <option value="">any</option>
        ${option.choices.map(
          (choice) => html`<option value=${choice} ?selected=${choice === option.default}>
            ${choice.replaceAll('-', ' ')}
          </option>`,
        )}
      </select>`;
    case 'text':
      return html`<input
          name=${id}
          list="${id}-suggestions"
          maxlength=${option.maxLength}
          placeholder=${option.default === '' ? 'any' : nothing}
          value=${option.default ?? ''}
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
        /><datalist id="${id}-suggestions">
          ${(option.suggestions ?? []).map((suggestion) => html`<option value=${suggestion}></option>`)}
        </datalist>`;
    case 'int':
    case 'float':
      return html`<input
        name=${id}
        type="number"
        inputmode="decimal"
        min=${option.min}
        max=${option.max}
        step=${option.type === 'int' ? 1 : (option.step ?? 'any')}
        placeholder=${option.default === null ? 'random' : nothing}
        value=${option.default ?? nothing}
        autocomplete="off"
        ?required=${option.default !== null}
      />`;
  }
}
