import { DOMImplementation, type Document, type Element, XMLSerializer } from '@xmldom/xmldom';
import abcjs from 'abcjs';
import { numbered } from '../music/abc/index.js';
import { textBox, withGeneric } from './engrave-text.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Pixels from the first clef to the last bar line: wide enough to read four bars of eight notes. */
const STAFF_WIDTH = 740;
const PADDING = 15;
/** Width on paper, which fits between the margins of A4 and of Letter. */
const PAPER_MM = 184;
/** Family and size in points (3/4 of pixels), as abcjs takes them: smaller than any other text in the drawing. */
const BAR_NUMBERS = 'Times New Roman 11';
const INK = '#000';
const PAPER = '#fff';

/**
 * Draws one tune as a self-contained SVG 1.1 document with a size on paper, black on white, with notes as paths and words
 * as text in any serif font. The `N:` lines, which say how a tune was made, become the description and are not drawn.
 * Returns XML text that ends with a line break.
 *
 * abcjs draws into an XML document instead of a page: it only needs a browser to create elements and to measure text.
 */
export function engrave(abc: string): string {
  const notes = [...abc.matchAll(/^N:(.*)$/gm)].map(([, note]) => note!.trim());
  const name = /^T:(.*)$/m.exec(abc)?.[1]?.trim() ?? 'A tune';
  const document = new DOMImplementation().createDocument(SVG, 'g', null);
  const music = numbered(abc).replace(/^N:.*(?:\r\n?|\n|$)/gm, '');
  const asWritten = drawn(document, music, false);
  // Lines wider than the paper, such as a whole tune on one line, are broken again.
  const drawing = widthOf(asWritten) <= STAFF_WIDTH + 2 * PADDING ? asWritten : drawn(document, music, true);
  return `${new XMLSerializer().serializeToString(alone(drawing, document, name, notes))}\n`;
}

function widthOf(drawing: Element): number {
  return Math.ceil(Number(drawing.getAttribute('width')));
}

function drawn(document: Document, music: string, broken: boolean): Element {
  const place = drawable(document.createElementNS(SVG, 'g'));
  lending(document, () =>
    // abcjs asks for an element of a page, and uses no more of it than xmldom's and `drawable` offer.
    abcjs.renderAbc(place as unknown as Parameters<typeof abcjs.renderAbc>[0], music, {
      staffwidth: STAFF_WIDTH,
      paddingleft: PADDING,
      paddingright: PADDING,
      foregroundColor: INK,
      format: { measurefont: BAR_NUMBERS },
      ...(broken ? { wrap: { minSpacing: 1.4, maxSpacing: 2.7, preferredMeasuresPerLine: 4 } } : {}),
    }),
  );
  return place.firstChild as Element;
}

/** Lends abcjs the global variables in which it looks for its page, for the time of one drawing. */
function lending(document: Document, draw: () => void): void {
  const create = (name: string) => drawable(document.createElementNS(SVG, name));
  const lent = {
    document: {
      createElement: create,
      createElementNS: (_: string, name: string) => create(name),
      createTextNode: (text: string) => document.createTextNode(text),
    },
    navigator: { userAgent: '' },
    window: { console },
  };
  const before = Object.keys(lent).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  try {
    for (const [name, value] of Object.entries(lent))
      Object.defineProperty(globalThis, name, { value, configurable: true });
    draw();
  } finally {
    for (const [name, own] of before) {
      if (own) Object.defineProperty(globalThis, name, own);
      else delete (globalThis as Record<string, unknown>)[name];
    }
  }
}

/** Adds to an XML element the properties of a page's elements that abcjs uses. */
function drawable(element: Element): Element {
  return Object.defineProperties(element, {
    style: { value: {} },
    innerHTML: {
      set: (text: string) => {
        element.textContent = text;
      },
    },
    children: { get: () => elementsIn(element) },
    addEventListener: { value: () => {} },
    getBBox: { value: () => ({ x: 0, y: 0, ...boxOf(element) }) },
  });
}

function elementsIn(element: Element): Element[] {
  return [...element.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);
}

function boxOf(element: Element): { width: number; height: number } {
  const said = (name: string) => element.getAttribute(name) ?? '';
  return textBox(
    elementsIn(element)
      .map(({ textContent }) => textContent ?? '')
      .join('\n'),
    {
      size: Number.parseFloat(said('font-size')) || 16,
      family: said('font-family'),
      bold: said('font-weight') === 'bold',
    },
  );
}

/** Makes the drawing self-contained. */
function alone(drawing: Element, document: Document, name: string, notes: readonly string[]): Element {
  const [width, height] = ['width', 'height'].map((side) => Math.ceil(Number(drawing.getAttribute(side))));
  const millimetres = (pixels: number) =>
    `${((pixels * PAPER_MM) / (STAFF_WIDTH + 2 * PADDING)).toFixed(1)}mm`;
  for (const name of ['xmlns:xlink', 'style', 'aria-label']) drawing.removeAttribute(name);
  for (const [name, value] of Object.entries({
    width: millimetres(width!),
    height: millimetres(height!),
    viewBox: `0 0 ${width} ${height}`,
    fill: INK,
    stroke: INK,
  }))
    drawing.setAttribute(name, value);
  // Style rules for pages on which notes can be dragged.
  for (const style of [...drawing.getElementsByTagName('style')]) style.parentNode!.removeChild(style);
  for (const element of [...drawing.getElementsByTagName('text'), ...drawing.getElementsByTagName('tspan')]) {
    const family = element.getAttribute('font-family');
    if (family) element.setAttribute('font-family', withGeneric(family));
  }
  const ground = document.createElementNS(SVG, 'rect');
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: PAPER, stroke: 'none' }))
    ground.setAttribute(name, value);
  const title = drawing.getElementsByTagName('title')[0]!;
  title.textContent = name;
  const first = title.nextSibling;
  if (notes.length > 0) {
    const description = document.createElementNS(SVG, 'desc');
    description.appendChild(document.createTextNode(notes.join('\n')));
    drawing.insertBefore(description, first);
  }
  drawing.insertBefore(ground, first);
  return drawing;
}
