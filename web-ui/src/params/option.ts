import { html } from 'lit';
import { live } from 'lit/directives/live.js';

/**
 * One choice of a `<select>`. Each update makes what holds the selected one, whatever was chosen there since: the `selected`
 * attribute says nothing any more once the user has chosen (HTML, "selectedness" and "dirtiness" of an option).
 */
export const option = (value: string, name: string, current: string) =>
  html`<option value=${value} .selected=${live(value === current)}>${name}</option>`;
