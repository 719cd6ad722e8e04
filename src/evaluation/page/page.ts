import { type Html, html } from './html.js';
import { STYLE } from './style.js';

export { type Html, html } from './html.js';
export { type BarPlot, barPlot } from './plot.js';

export interface Page {
  readonly title: string;
  /** What the page says, in a sentence or two under its title. */
  readonly lead: Html;
  readonly body: readonly Html[];
  /** How it was made: the last line. */
  readonly foot?: string;
}

/** A whole page: it needs no script, no network and no other file; light or dark as the reader's system is. */
export function pageText({ title, lead, body, foot }: Page): string {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}</style>
<body>
<h1>${title}</h1>
<p class="lead">${lead}</p>
${body}
${foot === undefined ? [] : html`<footer>${foot}</footer>`}
</body>
</html>
`.text;
}

export interface Table {
  readonly head: readonly string[];
  /**
   * A number is set flush right, and so is a text that begins like one, and a dash in its place; among many columns it goes
   * on in a second line, before a bracket. The first column stays in sight where a table is wider than the page. (row, column)
   */
  readonly rows: readonly (readonly (string | number | Html)[])[];
  readonly caption?: string;
}

/** A table of HTML; its cells are escaped. */
export function table({ head, rows, caption }: Table): Html {
  return html`<div class="wide"><table>
${caption === undefined ? [] : html`<caption>${caption}</caption>`}
<thead><tr>${head.map((cell, index) => html`<th${numberClass(rows[0]?.[index] ?? '')}>${cell}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td${numberClass(cell)}>${isNumber(cell) ? inOne(cell) : cell}</td>`)}</tr>\n`)}</tbody>
</table></div>
`;
}

function numberClass(cell: string | number | Html): Html {
  return isNumber(cell) ? html` class="number"` : html``;
}

/** Breaks before a bracket alone. */
function inOne(cell: string | number): string {
  return String(cell).replace(/ (?!\()/g, '\u00a0');
}

function isNumber(cell: string | number | Html): cell is string | number {
  return typeof cell === 'number' || (typeof cell === 'string' && /^([-+<]?\d|-$)/.test(cell));
}
