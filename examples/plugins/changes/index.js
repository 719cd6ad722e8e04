import { ContinuoError, definePlugin } from 'continuo/plugin';
import { chance, ring } from './rows.js';
import { pieceOf, readTouch } from './touch.js';

const refused = (message, hint) => new ContinuoError('OPTION_VALUE', message, hint);

/** Places of `3-5,8` in a touch of so many rows. */
function placesOf(segments, rows) {
  return segments.split(',').flatMap((range) => {
    const [, from, to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(range) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (!(first >= 1 && last >= first && last <= rows))
      throw refused(`"${range}" names no rows of the touch, which has 1 to ${rows}.`, 'Such as 3-5,8.');
    return Array.from({ length: last - first + 1 }, (_, index) => first + index - 1);
  });
}

/** The rows that stand fast, undefined where one is to be rung. */
function planOf({ options, given }, touch) {
  if (!given) return Array.from({ length: options.rows }, () => undefined);
  const { rows } = touch;
  if (given.edit === 'redo') {
    const places = new Set(placesOf(given.segments, rows.length));
    return rows.map((row, place) => (places.has(place) ? undefined : row));
  }
  const kept = rows.slice(0, given.after ?? rows.length);
  return [...kept, ...Array.from({ length: options.rows }, () => undefined)];
}

function make(request) {
  const { options, count, seed, given } = request;
  const touch = given && readTouch(given.text, given.which);
  const bells = touch ? touch.rows[0].length : options.bells;
  const plan = planOf(request, touch);
  const before = given?.edit === 'redo' ? touch.rows : undefined;
  const made = (index) => {
    const key = touch ? touch.key : options.key[index % options.key.length];
    const rows = ring({ bells, plan, before, tenorBehind: options.stayHome }, chance(seed, index));
    if (!rows)
      throw refused(
        `There are no ${plan.length} rows of ${bells} bells that go together so.`,
        'Ask for fewer rows, more bells, or other places.',
      );
    const title = `${bells} bells, ${seed}-${index + 1}`;
    return { ...pieceOf({ key, title, number: index + 1, rows }), made: { options: { ...options, key } } };
  };
  // What can be refused is refused before the first is asked for.
  const first = made(0);
  return (function* () {
    yield first;
    for (let index = 1; index < count; index++) yield made(index);
  })();
}

export default definePlugin({
  compose: {
    open: () => ({
      make,
      read: (text, which) => pieceOf(readTouch(text, which)),
      write(piece, format) {
        if (format === 'abc') return piece.text;
        return readTouch(piece.text)
          .rows.map((row) => `${row.join('')}\n`)
          .join('');
      },
      summary: () => ['No row comes twice in a touch.'],
    }),
  },
});
