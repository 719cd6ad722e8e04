import { describe, expect, it } from 'vitest';
import { readOwn } from './own-piece-text.js';
import { type BookStorage, MOST_PIECES, PieceBook } from './piece-book.js';
import { PIECE_KINDS } from './piece-kinds.js';

class MemoryStorage implements BookStorage {
  readonly items = new Map<string, string>();
  constructor(readonly room = Number.POSITIVE_INFINITY) {}
  getItem(key: string) {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    if (value.length > this.room) throw new DOMException('full', 'QuotaExceededError');
    this.items.set(key, value);
  }
}

const { abc, text } = PIECE_KINDS;
const tunebook = (storage: BookStorage | undefined) => new PieceBook(storage, 'continuo.tunebook', abc);
const tune = (title: string) => ({ title, text: `X:1\nT:${title}\nR:reel\nK:D\nDEFA|]\n` });
const titles = ({ pieces }: PieceBook) => pieces.map(({ title }) => title);

describe('PieceBook', () => {
  it('is there again when the page is', () => {
    const storage = new MemoryStorage();
    const book = tunebook(storage);
    const one = book.add(tune('One'));
    book.add(tune('Two'));
    book.update(one, tune('One, made anew'));
    const again = tunebook(storage);
    expect(titles(again)).toEqual(['Two', 'One, made anew']);
    again.delete(one);
    // The other page has not read it, and does not undo it.
    book.add(tune('Three'));
    expect(titles(book)).toEqual(['Three', 'Two']);
    expect(titles(tunebook(storage))).toEqual(['Three', 'Two']);
  });

  it('names a tune in the list and in its ABC', () => {
    const book = tunebook(new MemoryStorage());
    const id = book.add(tune('One'));
    expect(book.rename(id, '  The $& \n Kesh ')).toBe('The $& Kesh');
    expect(book.pieces[0]).toMatchObject({
      title: 'The $& Kesh',
      text: expect.stringContaining('\nT:The $& Kesh\n'),
    });
    expect(book.rename(id, ' ')).toBeUndefined();
    expect(book.rename(id + 1, 'Nobody')).toBeUndefined();
    expect(abc.withTitle('X:1\nK:D\nD|]\n', 'New')).toBe('X:1\nT:New\nK:D\nD|]\n');
  });

  it('gives back what was deleted, where it stood', () => {
    const storage = new MemoryStorage();
    const book = tunebook(storage);
    const ids = ['One', 'Two', 'Three'].map((title) => book.add(tune(title)));
    book.rename(ids[1]!, 'Second');
    expect(book.delete(99)).toBeUndefined();
    const deleted = book.delete(ids[1]!)!;
    expect(titles(book)).toEqual(['Three', 'One']);
    expect(book.restore(deleted)).toBe(ids[1]);
    expect(titles(tunebook(storage))).toEqual(['Three', 'Second', 'One']);
    expect(book.pieces[1]).toMatchObject({ named: true, id: ids[1] });
    // Another page has reused its number meanwhile.
    const newest = book.delete(ids[2]!)!;
    expect(tunebook(storage).add(tune('Four'))).toBe(ids[2]);
    expect(book.restore(newest)).not.toBe(ids[2]);
    expect(titles(book)).toEqual(['Three', 'Four', 'Second', 'One']);
  });

  it('is written out as one file, the oldest first, numbered', () => {
    const book = tunebook(new MemoryStorage());
    book.add(tune('One'));
    book.add(tune('Two'));
    expect(book.export()).toBe('X:1\nT:One\nR:reel\nK:D\nDEFA|]\n\nX:2\nT:Two\nR:reel\nK:D\nDEFA|]\n');
  });

  it('holds so many tunes: the oldest without a name of its own goes first', () => {
    const book = tunebook(new MemoryStorage());
    const first = book.add(tune('0'));
    book.rename(first, 'Kept');
    for (let index = 1; index <= MOST_PIECES; index++) book.add(tune(`${index}`));
    expect(book.pieces).toHaveLength(MOST_PIECES);
    expect(titles(book)[0]).toBe(`${MOST_PIECES}`);
    expect(titles(book).slice(-2)).toEqual(['2', 'Kept']);
    // The limit is in characters too, however few tunes there are.
    for (let index = 0; index < 4; index++) book.add({ title: 'Long', text: 'A'.repeat(900_000) });
    expect(titles(book)).toEqual(['Long', 'Long', 'Kept']);
  });

  it('is there until the page is left where the browser keeps nothing, and says so', () => {
    const refused: BookStorage = {
      getItem() {
        throw new DOMException('no', 'SecurityError');
      },
      setItem() {
        throw new DOMException('no', 'SecurityError');
      },
    };
    for (const storage of [undefined, refused, new MemoryStorage(10)]) {
      const book = tunebook(storage);
      const id = book.add(tune('One'));
      book.add(tune('Two'));
      book.rename(id, 'First');
      expect(titles(book)).toEqual(['Two', 'First']);
      expect(book.kept).toBe(false);
    }
  });

  it.each([
    'no JSON',
    '[]',
    '{"tunes": 3}',
    '{"tunes": [{"id": 1}]}',
    '{"pieces": [{"id": 1, "title": "", "text": "", "named": false}]}',
    '{"tunes": [{"id": 1.5, "title": "", "abc": "X:1", "named": false}]}',
  ])('begins anew where %s is stored', (text) => {
    const storage = new MemoryStorage();
    storage.setItem('continuo.tunebook', text);
    const book = tunebook(storage);
    expect(book.pieces).toEqual([]);
    book.add(tune('One'));
    expect(titles(tunebook(storage))).toEqual(['One']);
  });

  it('reads a book of tunes as it was written before there were others', () => {
    const storage = new MemoryStorage();
    storage.setItem(
      'continuo.tunebook',
      '{"tunes": [{"id": 4, "title": "Old", "abc": "X:1\\nK:D\\nD|]\\n", "named": true}]}',
    );
    const book = tunebook(storage);
    expect(book.pieces).toEqual([{ id: 4, title: 'Old', text: 'X:1\nK:D\nD|]\n', named: true }]);
    book.add(tune('New'));
    expect(titles(tunebook(storage))).toEqual(['New', 'Old']);
  });

  it('keeps texts, which are named by their first words, apart from tunes', () => {
    const storage = new MemoryStorage();
    const book = new PieceBook(storage, text.bookKey('prose'), text);
    const own = readOwn('text', '  It was a dark and stormy night, and the rain fell in torrents.\nIt did.')
      .pieces[0]!;
    const id = book.add(own);
    book.add({ title: 'Two', text: 'Second.\n\n' });
    expect(titles(book)).toEqual(['Two', 'It was a dark and stormy night, and the …']);
    book.rename(id, 'Night');
    expect(book.pieces[1]).toMatchObject({ title: 'Night', text: own.text });
    expect(book.export()).toBe(`${own.text}\n\nSecond.\n`);
    expect(tunebook(storage).pieces).toEqual([]);
    expect(readOwn('text', ' \n').misread).toHaveLength(1);
  });
});
