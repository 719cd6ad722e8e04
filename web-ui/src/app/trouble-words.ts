import { html, nothing } from 'lit';
import { troubleInWords } from './panel-words.js';

export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Type of the client message that it answers, if any. */
  readonly about?: string;
}

/** Renders an error and its remedy. `fields`: names of form fields by command-line option. */
export function troubleWords(trouble: Trouble | undefined, fields?: ReadonlyMap<string, string>) {
  if (trouble === undefined) return nothing;
  return html`<p class="trouble" role="alert">${troubleInWords(trouble, fields)}</p>`;
}
