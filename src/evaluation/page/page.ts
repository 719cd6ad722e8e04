import { type Html, html } from './html.js';
import { STYLE } from './style.js';

export { type Html, html } from './html.js';
export { type BarPlot, barPlot } from './plot.js';

export interface Page {
  readonly title: string;
  /** A summary in one or two sentences, shown under the title. */
  readonly lead: Html;
  readonly body: readonly Html[];
  /** How the page was made, shown as the last line. */
  readonly foot?: string;
  /** CSS of its own. */
  readonly style?: Html;
}

/** A self-contained HTML page, without scripts or external files; it follows the system's light or dark theme. */
export function pageText({ title, lead, body, foot, style = html`` }: Page): string {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}${style}</style>
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
   * Cells (row, column). Numbers, texts that begin like one, and dashes are right-aligned; in a table of many columns they may
   * wrap before a bracket. The first column stays visible when a wide table is scrolled.
   */
  readonly rows: readonly (readonly (string | number | Html)[])[];
  readonly caption?: string;
}

/** An HTML table; its cells are escaped. */
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

/** Allows line breaks only before a bracket. */
function inOne(cell: string | number): string {
  return String(cell).replace(/ (?!\()/g, '\u00a0');
}

function isNumber(cell: string | number | Html): cell is string | number {
  return typeof cell === 'number' || (typeof cell === 'string' && /^([-+<]?\d|-$)/.test(cell));
}
