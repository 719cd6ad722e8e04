import { describe, expect, it } from 'vitest';
import { type BookStorage, MOST_TUNES, Tunebook, withTitle } from './tunebook.js';

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

const tune = (title: string) => ({ title, abc: `X:1\nT:${title}\nR:reel\nK:D\nDEFA|]\n` });
const titles = ({ tunes }: Tunebook) => tunes.map(({ title }) => title);

describe('Tunebook', () => {
  it('is there again when the page is', () => {
    const storage = new MemoryStorage();
    const book = new Tunebook(storage);
    const one = book.add(tune('One'));
    book.add(tune('Two'));
    book.update(one, tune('One, made anew'));
    const again = new Tunebook(storage);
    expect(titles(again)).toEqual(['Two', 'One, made anew']);
    again.delete(one);
    // The other page has not heard of it, and does not undo it.
    book.add(tune('Three'));
    expect(titles(book)).toEqual(['Three', 'Two']);
    expect(titles(new Tunebook(storage))).toEqual(['Three', 'Two']);
  });

  it('names a tune in the list and in its ABC', () => {
    const book = new Tunebook(new MemoryStorage());
    const id = book.add(tune('One'));
    expect(book.rename(id, '  The $& \n Kesh ')).toBe('The $& Kesh');
    expect(book.tunes[0]).toMatchObject({
      title: 'The $& Kesh',
      abc: expect.stringContaining('\nT:The $& Kesh\n'),
    });
    expect(book.rename(id, ' ')).toBeUndefined();
    expect(book.rename(id + 1, 'Nobody')).toBeUndefined();
    expect(withTitle('X:1\nK:D\nD|]\n', 'New')).toBe('X:1\nT:New\nK:D\nD|]\n');
  });

  it('gives back what was deleted, where it stood', () => {
    const storage = new MemoryStorage();
    const book = new Tunebook(storage);
    const ids = ['One', 'Two', 'Three'].map((title) => book.add(tune(title)));
    book.rename(ids[1]!, 'Second');
    expect(book.delete(99)).toBeUndefined();
    const deleted = book.delete(ids[1]!)!;
    expect(titles(book)).toEqual(['Three', 'One']);
    expect(book.restore(deleted)).toBe(ids[1]);
    expect(titles(new Tunebook(storage))).toEqual(['Three', 'Second', 'One']);
    expect(book.tunes[1]).toMatchObject({ named: true, id: ids[1] });
    // Another page has given its number away meanwhile.
    const newest = book.delete(ids[2]!)!;
    expect(new Tunebook(storage).add(tune('Four'))).toBe(ids[2]);
    expect(book.restore(newest)).not.toBe(ids[2]);
    expect(titles(book)).toEqual(['Three', 'Four', 'Second', 'One']);
  });

  it('is written out as one file, the oldest first, numbered', () => {
    const book = new Tunebook(new MemoryStorage());
    book.add(tune('One'));
    book.add(tune('Two'));
    expect(book.export()).toBe('X:1\nT:One\nR:reel\nK:D\nDEFA|]\n\nX:2\nT:Two\nR:reel\nK:D\nDEFA|]\n');
  });

  it('holds so many tunes: the oldest without a name of its own goes first', () => {
    const book = new Tunebook(new MemoryStorage());
    const first = book.add(tune('0'));
    book.rename(first, 'Kept');
    for (let index = 1; index <= MOST_TUNES; index++) book.add(tune(`${index}`));
    expect(book.tunes).toHaveLength(MOST_TUNES);
    expect(titles(book)[0]).toBe(`${MOST_TUNES}`);
    expect(titles(book).slice(-2)).toEqual(['2', 'Kept']);
    // As many characters as a browser keeps, however few tunes.
    for (let index = 0; index < 4; index++) book.add({ title: 'Long', abc: 'A'.repeat(900_000) });
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
      const book = new Tunebook(storage);
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
    '{"tunes": [{"id": 1.5, "title": "", "abc": "X:1", "named": false}]}',
  ])('begins anew where %s is stored', (text) => {
    const storage = new MemoryStorage();
    storage.setItem('continuo.tunebook', text);
    const book = new Tunebook(storage);
    expect(book.tunes).toEqual([]);
    book.add(tune('One'));
    expect(titles(new Tunebook(storage))).toEqual(['One']);
  });
});
