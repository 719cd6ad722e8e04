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

  it('sets numbers flush right', () => {
    const { text } = table({ head: ['what', 'much'], rows: [['one', '1.5 %']] });
    expect(text).toContain('<td>one</td><td class="number">1.5 %</td>');
    expect(text).toContain('<th class="number">much</th>');
  });
});
