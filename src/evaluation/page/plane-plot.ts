import { type Html, html } from './html.js';

/** Complex numbers in the plane, with the unit circle. */
export interface PlanePlot {
  readonly title: string;
  readonly groups: readonly {
    readonly name: string;
    readonly values: readonly { readonly re: number; readonly im: number }[];
    /** null: hollow dots. */
    readonly style: 0 | 1 | 2 | null;
  }[];
  /** The largest modulus that fits; plots of one scale can be compared. */
  readonly reaches: number;
}

const SIZE = 240;
const MIDDLE = SIZE / 2;
const EDGE = 12;

export function planePlot({ title, groups, reaches }: PlanePlot): Html {
  const unit = (MIDDLE - EDGE) / Math.max(1, reaches);
  const at = (value: number) => Number((MIDDLE + unit * value).toFixed(1));
  return html`<figure class="plane">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${title}">
<line class="grid" x1="0" x2="${SIZE}" y1="${MIDDLE}" y2="${MIDDLE}"/><line class="grid" y1="0" y2="${SIZE}" x1="${MIDDLE}" x2="${MIDDLE}"/>
<circle cx="${MIDDLE}" cy="${MIDDLE}" r="${Number(unit.toFixed(1))}" class="axis" fill="none"/>
${groups.map(
  ({ name, values, style }) =>
    html`<g class="${style === null ? 'hollow' : `series-${style}`}"><title>${name}</title>${values.map(({ re, im }) => html`<circle cx="${at(re)}" cy="${at(-im)}" r="${style === null ? 2.6 : 2.2}"/>`)}</g>\n`,
)}
<text x="${at(1) - 2}" y="${MIDDLE + 13}" text-anchor="end">1</text>
</svg>
</figure>
`;
}
