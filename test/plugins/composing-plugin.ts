import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pluginFolder } from './plugin-folder.js';

const example = fileURLToPath(new URL('../../examples/plugins/changes', import.meta.url));

/** What the example has none of: a long name, options of the other types, a binary export, an edit that takes nothing. */
const MORE = {
  piece: { one: 'hand-rung touch', many: 'hand-rung touches' },
  options: {
    treble: { param: { type: 'pitch', label: 'Treble', min: 60, max: 72, default: 72 } },
    by: {
      param: { type: 'choice', label: 'Rung by', choices: ['hand', 'rope'], default: null },
      placeholder: 'either',
    },
    name: { param: { type: 'text', label: 'Name', maxLength: 40, default: null }, placeholder: 'none' },
    muffled: { param: { type: 'toggle', label: 'Muffled', default: false }, shown: 'folded' },
    slowly: {
      param: { type: 'float', label: 'Pace', unit: 's', min: 0.1, max: 2, step: 0.1, default: 0.3 },
      shown: 'folded',
    },
    hidden: { param: { type: 'toggle', default: false }, shown: 'flag' },
  },
  exports: {
    raw: { ending: 'bin', mediaType: 'application/octet-stream', help: 'A byte a bell.', binary: true },
  },
  edits: { reverse: { label: 'Backwards', help: 'The last row first.', takes: 'nothing' } },
};

/** The example, without its way to read pieces. `make` runs before each piece, with `request` and `options` in sight. */
const code = (make: string) => `
import { definePlugin } from 'continuo/plugin';
import changes from './changes/index.js';
import { pieceOf, readTouch } from './changes/touch.js';

const example = changes.compose.open();

function* rung(request) {
  const { given } = request;
  if (given?.edit !== 'reverse') return yield* example.make(request);
  const touch = readTouch(given.text);
  yield pieceOf({ ...touch, rows: touch.rows.toReversed() });
}

export default definePlugin({
  compose: {
    open: () => ({
      *make(request, watch) {
        const { options } = request;
        ${make}
        for (const piece of rung(request)) {
          watch.notice?.('The tower is cold');
          const remarks = [\`Rung by \${options.by ?? 'hand'}.\`, \`Asked for \${JSON.stringify(options)}.\`];
          yield { ...piece, title: options.name ?? piece.title, made: { options: {}, remarks } };
        }
      },
      write: (piece, format) =>
        format === 'raw' ? Uint8Array.from(readTouch(piece.text).rows.flat()) : example.write(piece, format),
    }),
  },
});
`;

/** A stranger's plugin that makes pieces and does nothing else, in a folder under `parent`: the example, and what tests need beyond it. */
export function composingPlugin(parent: string, id: string, make = ''): string {
  const { compose } = JSON.parse(readFileSync(join(example, 'plugin.json'), 'utf8'));
  const merged = Object.fromEntries(
    Object.entries<object>(MORE).map(([name, more]) => [name, { ...compose[name], ...more }]),
  );
  const manifest = { name: `The ${id}`, extensions: ['compose'], compose: { ...compose, ...merged } };
  const folder = pluginFolder(parent, id, { manifest, code: code(make) });
  cpSync(example, join(folder, 'changes'), { recursive: true });
  return folder;
}
