import { html } from 'lit';
import { live } from 'lit/directives/live.js';

/**
 * One option of a `<select>`. Each update sets the `selected` property: the attribute has no effect once the user has chosen (HTML,
 * "selectedness" and "dirtiness" of an option).
 */
export const option = (value: string, name: string, current: string) =>
  html`<option value=${value} .selected=${live(value === current)}>${name}</option>`;
