import { html, nothing } from 'lit';
import { troubleInWords } from './panel-words.js';

export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** The message of ours that it answers, where it answers one. */
  readonly about?: string;
}

/** What went wrong and what to do, as text. `fields`: what is called otherwise here than on the command line. */
export function troubleWords(trouble: Trouble | undefined, fields?: ReadonlyMap<string, string>) {
  if (trouble === undefined) return nothing;
  return html`<p class="trouble" role="alert">${troubleInWords(trouble, fields)}</p>`;
}
