import { pluginFolder } from './plugin-folder.js';

const number = (label: string, min: number, max: number, value: number) => ({
  param: { type: 'int', label, min, max, default: value },
});

/** What a stranger's plugin says of its pieces: rows of bells, in ABC. */
const COMPOSE = {
  piece: { one: 'row of bells', many: 'rows of bells' },
  segment: { one: 'stroke', many: 'strokes' },
  preview: 'abc',
  options: {
    bells: number('Bells', 3, 7, 5),
    strokes: number('Strokes', 1, 64, 4),
    order: {
      param: { type: 'choice', label: 'Order', choices: ['falling', 'rising'], default: null },
      placeholder: 'either',
    },
    treble: { param: { type: 'pitch', label: 'Treble', min: 60, max: 72, default: 72 } },
    name: { param: { type: 'text', label: 'Name', maxLength: 40, default: null }, placeholder: 'none' },
    muffled: { param: { type: 'toggle', label: 'Muffled', default: false }, shown: 'folded' },
    slowly: {
      param: { type: 'float', label: 'Pace', unit: 's', min: 0.1, max: 2, step: 0.1, default: 0.3 },
      shown: 'folded',
    },
    hidden: { param: { type: 'toggle', default: false }, shown: 'flag' },
  },
  exports: {
    abc: { ending: 'abc', mediaType: 'text/vnd.abc', help: 'Notation.' },
    numbers: { ending: 'csv', mediaType: 'text/csv', help: 'Bells by their numbers.' },
    raw: { ending: 'bin', mediaType: 'application/octet-stream', help: 'A byte a bell.', binary: true },
  },
  edits: {
    swap: {
      ...{ label: 'Swap two bells', help: 'Two bells change places in these strokes.', takes: 'segments' },
      leavesOut: ['bells', 'strokes'],
    },
    reverse: { label: 'Backwards', help: 'All bells in the opposite order.', takes: 'nothing' },
  },
};

/** Its code: pieces without a model, and without a way to read them. `make` is run before each piece, with `request` in sight. */
const code = (make: string) => `
import { definePlugin } from 'continuo/plugin';

const LETTERS = 'cdefgab';
function written(title, strokes, options, seed) {
  const text = \`X:1\\nT:\${title}\\nM:none\\nL:1/8\\nK:C\\n\${strokes.map((bells) => bells.map((bell) => LETTERS[bell]).join('')).join('|')}|]\\n\`;
  const notes = strokes.flat().map((bell, index) => ({
    pitch: options.treble - 2 * bell,
    velocity: options.muffled ? 30 : 90,
    start: options.slowly * index,
    end: options.slowly * (index + 1),
  }));
  const remarks = ['Rung by hand.', \`Asked for \${JSON.stringify(options)}.\`];
  const segments = strokes.map((_, index) => ({ number: index + 1, part: '' }));
  return { title, text, segments, notes, bpm: 60 / options.slowly / 2, made: { options: {}, remarks }, details: { strokes, seed } };
}
const strokesOf = (text) =>
  text.slice(text.indexOf('K:C') + 4).replace(/[\\]\\s]/g, '').split('|').filter(Boolean).map((bar) => [...bar].map((one) => LETTERS.indexOf(one)));

export default definePlugin({
  compose: {
    open: () => ({
      *make(request, watch) {
        const { options, seed, given } = request;
        ${make}
        let strokes;
        if (given) {
          strokes = strokesOf(given.text);
          if (given.edit === 'reverse') strokes.reverse();
          else for (const at of given.segments.split(',')) strokes[at - 1]?.reverse();
        } else {
          const row = Array.from({ length: options.bells }, (_, bell) => bell);
          if (options.order === 'rising' || (options.order === null && seed % 2)) row.reverse();
          strokes = Array.from({ length: options.strokes }, (_, at) => row.map((_, bell) => row[(bell + at) % row.length]));
        }
        watch.notice?.('The tower is cold');
        yield written(options.name ?? 'Bells ' + strokes[0].length, strokes, options, seed);
      },
      write(piece, format) {
        const { strokes } = piece.details;
        return format === 'raw' ? Uint8Array.from(strokes.flat()) : strokes.map((row) => row.join(',')).join('\\n') + '\\n';
      },
    }),
  },
});
`;

/** A stranger's plugin that makes pieces and does nothing else, in a folder under `parent`. */
export function composingPlugin(parent: string, id: string, make = ''): string {
  const manifest = { name: `The ${id}`, extensions: ['compose'], compose: COMPOSE };
  return pluginFolder(parent, id, { manifest, code: code(make) });
}
