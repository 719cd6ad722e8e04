import { html, nothing } from 'lit';
import type { Trouble } from './panel.js';

/** What went wrong and what to do, as text. */
export function troubleWords(trouble: Trouble | undefined) {
  if (trouble === undefined) return nothing;
  return html`<p class="trouble" role="alert">${trouble.message} ${trouble.hint ?? ''}</p>`;
}
