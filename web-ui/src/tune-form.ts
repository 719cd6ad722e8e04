import { html, nothing } from 'lit';
import {
  type ToggleOption,
  TUNE_OPTIONS,
  type TuneOption,
  type TuneOptionId,
} from '../../src/plugin/tune-options.js';

/** A field for each option, made from its declaration. */
export function tuneFields() {
  return (Object.keys(TUNE_OPTIONS) as TuneOptionId[]).map((id) => {
    const option: TuneOption = TUNE_OPTIONS[id];
    if (option.type === 'toggle')
      return html`<label class="toggle" title=${option.help}>
        <input type="checkbox" name=${id} /><span>${option.label}</span>
      </label>`;
    return html`<label title=${option.help}><span>${option.label}</span>${field(id, option)}</label>`;
  });
}

function field(id: TuneOptionId, option: Exclude<TuneOption, ToggleOption>) {
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
          maxlength=${option.longest}
          placeholder=${option.default === '' ? 'any' : nothing}
          value=${option.default}
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
        /><datalist id="${id}-suggestions">
          ${option.suggestions.map((suggestion) => html`<option value=${suggestion}></option>`)}
        </datalist>`;
    case 'number':
      return html`<input
        name=${id}
        type="number"
        inputmode="decimal"
        min=${option.min}
        max=${option.max}
        step=${option.step}
        placeholder=${option.default === null ? 'random' : nothing}
        value=${option.default ?? nothing}
        autocomplete="off"
        ?required=${option.default !== null}
      />`;
  }
}
