import { Html } from './html.js';

/** Series differ in lightness too, so that they can be told apart without colours. */
export const STYLE = new Html(`
:root { --ink: #1f2328; --soft: #656d76; --line: #d8dee4; --paper: #fff; --shade: #f6f8fa;
  --a: #2f6fb4; --b: #e0a13c; --c: #8c95a0; --good: #1a7f37; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --line: #30363d; --paper: #0d1117; --shade: #161b22;
    --a: #5da3ee; --b: #d9a441; --c: #7d8590; --good: #4ac26b; --bad: #ff7b72; }
}
body { margin: 2.5rem auto; max-width: 62rem; padding: 0 1.25rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
.lead { color: var(--soft); margin: 0 0 1.5rem; max-width: 46rem; }
p { max-width: 46rem; }
footer { color: var(--soft); font-size: .85rem; margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .7rem; }
.wide { overflow-x: auto; } figure.wide svg { min-width: 40rem; }
table { border-collapse: collapse; font-size: .92rem; margin: .6rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; }
th:first-child, td:first-child { position: sticky; left: 0; background: var(--paper); }
.number { text-align: right; white-space: nowrap; }
/* Many columns: numbers in two lines, names of columns broken anywhere. */
tr:has(> :nth-child(6)) > .number { white-space: normal; }
tr:has(> :nth-child(6)) > th { overflow-wrap: anywhere; min-width: 4.5rem; }
tr:has(> :nth-child(6)) > :first-child { min-width: 11rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1.2rem; }
.planes { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1.2rem; max-width: 50rem; }
.plots > section { grid-column: 1 / -1; }
figure { margin: 0; min-width: 0; }
figcaption { font-size: .92rem; margin-bottom: .2rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .line-0 { stroke: var(--a); } svg .line-1 { stroke: var(--b); stroke-dasharray: 7 3; }
svg .line-2 { stroke: var(--c); stroke-dasharray: 2 3; } svg .faint { opacity: .45; stroke-width: 1.2; }
svg .hollow { fill: none; stroke: var(--soft); opacity: .6; }
svg .grid { stroke: var(--line); } svg .axis { stroke: var(--soft); }
.series-0 { fill: var(--a); } .series-1 { fill: var(--b); } .series-2 { fill: var(--c); }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto;
  font-size: .85rem; }
@media (max-width: 30rem) { .plots { grid-template-columns: 1fr; } }
@media print { body { max-width: none; } figure, table { break-inside: avoid; } }
`);
