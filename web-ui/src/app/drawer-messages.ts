import { html, nothing, type TemplateResult } from 'lit';
import { troubleInWords } from './panel-words.js';

/** What went wrong in a drawer, until it is closed. */
export function troubleMessage(
  trouble: Parameters<typeof troubleInWords>[0] | undefined,
  dismiss: () => void,
): TemplateResult | typeof nothing {
  if (trouble === undefined) return nothing;
  return html`<div class="message trouble" role="alert">
    <p>${troubleInWords(trouble)}</p>
    <button @click=${dismiss}>Close</button>
  </div>`;
}

/** That something was deleted, with the undo of that; `name`: undefined where nothing was. */
export function deletedMessage(name: string | undefined, undo: () => void): TemplateResult | typeof nothing {
  if (name === undefined) return nothing;
  return html`<div class="message" role="status">
    <p>${name} was deleted.</p>
    <button @click=${undo}>Undo</button>
  </div>`;
}
