import { describe, expect, it } from 'vitest';
import { barPlot, html, pageText, table } from './page.js';

describe('a page', () => {
  it('escapes what is put in, once, and takes markup as it is', () => {
    const inner = html`<b>${'<&">'}</b>`;
    expect(html`${inner}${[inner, inner]}${3}`.text).toBe(`${'<b>&lt;&amp;&quot;&gt;</b>'.repeat(3)}3`);
    expect(pageText({ title: 'a < b', lead: inner, body: [] })).toContain('<title>a &lt; b</title>');
  });

  it('needs nothing but itself', () => {
    const plot = barPlot({
      title: 't',
      categories: ['a'],
      series: [{ name: 's', values: [0.5] }],
      axis: 'x',
    });
    const text = pageText({
      title: 't',
      lead: html`l`,
      body: [plot, table({ head: ['a'], rows: [[1]] })],
      foot: 'f',
    });
    expect(text).not.toMatch(/<script|<link|https?:|url\(|@import/);
    expect(text).toContain('<footer>f</footer>');
  });

  it('draws a bar a value, as high as the value', () => {
    const { text } = barPlot({
      title: 'two',
      categories: ['a', 'b'],
      series: [
        { name: 'x', values: [0.2, 0.4] },
        { name: 'y', values: [0, 0.1] },
      ],
      axis: '',
    });
    const bars = [...text.matchAll(/height="([\d.]+)"><title>(.*?)<\/title>/g)];
    expect(bars.map(([, , said]) => said)).toEqual(['x, a: 20 %', 'x, b: 40 %', 'y, a: 0 %', 'y, b: 10 %']);
    const heights = bars.map(([, height]) => Number(height));
    expect(heights[1]! / heights[0]!).toBeCloseTo(2, 3);
    expect(heights[1]! / heights[3]!).toBeCloseTo(4, 3);
    expect(heights[2]).toBe(0);
  });

  it('draws where there is nothing', () => {
    expect(barPlot({ title: '', categories: [], series: [], axis: '' }).text).not.toMatch(/NaN|Infinity/);
  });

  it('draws plots to one scale where it is told what they reach', () => {
    const plot = { title: '', categories: ['a'], axis: '' };
    const heights = [0.5, 0.25].map((value) => {
      const { text } = barPlot({ ...plot, series: [{ name: 'x', values: [value] }], reaches: 0.5 });
      return Number(text.match(/height="([\d.]+)"><title>/)![1]);
    });
    expect(heights[0]! / heights[1]!).toBeCloseTo(2, 3);
  });

  it('sets numbers flush right, and breaks them before a bracket alone', () => {
    const { text } = table({ head: ['what', 'much'], rows: [['one thing', '1.5 % (1 to 2)']] });
    expect(text).toContain('<td>one thing</td><td class="number">1.5\u00a0% (1\u00a0to\u00a02)</td>');
    expect(text).toContain('<th class="number">much</th>');
  });
});
