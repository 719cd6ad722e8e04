import { describe, expect, it } from 'vitest';
import type { ClientMessage } from '../../../src/protocol/session-protocol.js';
import { SONGS } from '../../../src/server/testing/songs.js';
import { readOwn } from './own-piece-text.js';
import { NO_MEMORY, PieceController, type PieceMemory } from './piece-controller.js';
import type { Piece } from './piece-desk.js';
import { fieldNames, heard, making } from './piece-words.js';

const request = { options: { words: 'la' } };

function song(title: string): Piece {
  const text = `X:1\nT:${title}\nK:D\nDEFA|]\n`;
  return { text, title, segments: [{ number: 1, part: 'A' }], notes: [], bpm: 120, lost: {}, notices: [] };
}

function made(online = true, memory: Partial<PieceMemory> = {}) {
  const sent: ClientMessage[] = [];
  const controller = new PieceController(
    (message) => online && sent.push(message) > 0,
    () => {},
    { ...NO_MEMORY, ...memory },
  );
  const prose = { ...SONGS, piece: { one: 'text', many: 'texts' }, preview: 'text' } as const;
  controller.offered(
    [
      { id: 'songs', name: 'Songs', compose: SONGS },
      { id: 'prose', name: 'Prose', compose: prose },
    ],
    'piano',
  );
  const lastRequest = () =>
    sent.reduce((last, message) => ('request' in message ? message.request : last), -1);
  /** The host answers the latest request. */
  const answer = (piece: string | Piece) =>
    controller.receive({
      type: 'piece',
      request: lastRequest(),
      piece: typeof piece === 'string' ? song(piece) : piece,
    });
  const inBook = () => controller.desk!.book.pieces.map(({ title }) => title);
  return { controller, sent, answer, lastRequest, inBook };
}

describe('PieceController', () => {
  it('asks for one piece at a time, shows it as it grows, and puts it into the book', () => {
    const { controller: it, sent, answer, lastRequest, inBook } = made();
    it.make({ ...request, seed: 7 });
    it.make(request);
    expect(sent).toEqual([
      { type: 'makePiece', request: 1, task: { plugin: 'songs', options: { words: 'la' }, seed: 7 } },
    ]);
    expect(it.doing).toEqual({ makes: true, plugin: 'songs' });
    it.receive({ type: 'pieceSoFar', request: lastRequest(), soFar: { text: 'X:1', candidates: 0 } });
    expect(it.soFar?.text).toBe('X:1');
    answer('One');
    expect([it.busy, it.soFar, it.piece?.title]).toEqual([false, undefined, 'One']);
    expect(inBook()).toEqual(['One']);
  });

  it('is not busy where nobody hears it', () => {
    const { controller: it } = made(false);
    it.make(request);
    expect(it.busy).toBe(false);
  });

  it('gives up at once, and takes nothing that comes later', () => {
    const { controller: it, sent, lastRequest } = made();
    it.make(request);
    const given = lastRequest();
    it.cancel();
    it.cancel();
    expect(sent.slice(1)).toEqual([{ type: 'cancelPiece', request: given }]);
    expect(it.busy).toBe(false);
    it.make(request);
    it.receive({ type: 'piece', request: given, piece: song('Late') });
    it.refused({ code: 'PIECE_BUSY', message: 'no' }, given);
    expect([it.busy, it.piece, it.trouble]).toEqual([true, undefined, undefined]);
  });

  it('goes back to former versions and forth again, and the book follows', () => {
    const { controller: it, sent, answer, inBook } = made();
    it.make(request);
    answer('One');
    it.edit({ edit: 'redo', segments: '3-4' }, { words: 'fa' });
    expect(sent[1]).toMatchObject({
      type: 'makePiece',
      task: { options: { words: 'fa' }, given: { text: song('One').text, edit: 'redo', segments: '3-4' } },
    });
    answer('Two');
    it.edit({ edit: 'shuffle' }, {});
    answer('Three');
    expect([inBook(), it.desk?.canRedo]).toEqual([['Three'], false]);
    for (let times = 0; times < 3; times++) it.do((desk) => desk.undo());
    expect([it.piece?.title, inBook(), it.desk?.canUndo]).toEqual(['One', ['One'], false]);
    it.do((desk) => desk.redo());
    expect(it.piece?.title).toBe('Two');
    it.edit({ edit: 'shuffle' }, {});
    answer('Other');
    expect([it.desk?.canUndo, it.desk?.canRedo, inBook()]).toEqual([true, false, ['Other']]);
    it.do((desk) => desk.undo());
    expect(it.piece?.title).toBe('Two');
  });

  it('keeps the piece where a version is refused, and says why', () => {
    const { controller: it, answer } = made();
    it.make(request);
    answer('One');
    it.edit({ edit: 'redo', segments: '99' }, {});
    it.refused({ code: 'OPTION_VALUE', message: 'no such verses' });
    expect([it.busy, it.piece?.title, it.trouble?.message]).toEqual([false, 'One', 'no such verses']);
    it.edit({ edit: 'shuffle' }, {});
    expect(it.trouble).toBeUndefined();
  });

  it('opens, renames and deletes pieces of the book', () => {
    const { controller: it, sent, answer, inBook } = made();
    it.make(request);
    answer('One');
    const one = it.desk!.id!;
    it.make(request);
    answer('Two');
    it.openFromBook(one);
    expect(sent.at(-1)).toMatchObject({
      type: 'readPiece',
      task: { plugin: 'songs', text: song('One').text },
    });
    answer('One');
    expect([it.desk?.id, inBook().length]).toEqual([one, 2]);
    it.do((desk) => desk.rename(one, 'The Kesh'));
    expect([it.piece?.title, it.piece?.text]).toEqual(['The Kesh', song('The Kesh').text]);
    it.do((desk) => desk.delete(one));
    expect(it.piece?.title).toBe('The Kesh');
    it.edit({ edit: 'shuffle' }, {});
    answer('The Kesh, a variation');
    expect(inBook()).toEqual(['Two']);
  });

  it('gives a deleted piece back until something else is done', () => {
    const { controller: it, answer, inBook } = made();
    for (const title of ['One', 'Two']) {
      it.make(request);
      answer(title);
    }
    const { id } = it.desk!;
    it.do((desk) => desk.delete(id!));
    expect([it.desk?.id, it.desk?.deleted?.piece.title, it.piece?.title]).toEqual([undefined, 'Two', 'Two']);
    expect(it.do((desk) => desk.restore())).toBe(id);
    expect([it.desk?.id, it.desk?.deleted, inBook().length]).toEqual([id, undefined, 2]);
    expect(it.do((desk) => desk.restore())).toBeUndefined();
    it.do((desk) => desk.delete(id!));
    it.make(request);
    expect(it.desk?.deleted).toBeDefined();
    answer('Three');
    expect(it.desk?.deleted).toBeUndefined();
    expect(inBook()).toEqual(['Three', 'One']);
  });

  it('does not send what the host does not take', () => {
    const { controller: it, sent } = made();
    it.open('𝄞'.repeat(10_001));
    expect([sent.length, it.busy, it.trouble?.code]).toEqual([0, false, 'PIECE_TOO_LARGE']);
  });

  it('waits for nothing when the line is gone', async () => {
    const { controller: it, answer } = made();
    it.make(request);
    answer('One');
    const file = it.export('midi', {});
    it.make(request);
    it.lost();
    expect([it.busy, await file]).toEqual([false, undefined]);
  });

  it('has the first format of a piece, and asks for the others', async () => {
    const { controller: it, sent, answer, lastRequest } = made();
    it.make(request);
    answer('One');
    expect(await it.export('abc', {})).toEqual({ content: song('One').text, binary: false });
    const midi = it.export('midi', { swing: 0.2 });
    expect(sent.at(-1)).toMatchObject({
      type: 'exportPiece',
      task: { plugin: 'songs', text: song('One').text, format: 'midi', options: { swing: 0.2 } },
    });
    const asked = lastRequest();
    // Another piece may be made meanwhile.
    it.make(request);
    it.receive({ type: 'pieceFile', request: asked, file: { content: 'TVQ=', binary: true } });
    expect(await midi).toEqual({ content: 'TVQ=', binary: true });
    const refused = it.export('midi', {});
    it.refused({ code: 'PLUGIN_FAILED', message: 'no' }, lastRequest());
    expect([await refused, it.busy, it.trouble?.code]).toEqual([undefined, true, 'PLUGIN_FAILED']);
  });

  it('has each plugin’s pieces apart; what one is at comes to it, whichever is looked at', () => {
    const chosen: string[] = [];
    const {
      controller: it,
      answer,
      lastRequest,
      inBook,
    } = made(true, {
      chosen: (plugin) => chosen.push(plugin),
    });
    it.make(request);
    it.choose('prose');
    expect([chosen, it.composer?.id, it.busy]).toEqual([['prose'], 'prose', true]);
    it.receive({ type: 'pieceSoFar', request: lastRequest(), soFar: { text: 'X:1', candidates: 0 } });
    expect([it.soFar, it.piece]).toEqual([undefined, undefined]);
    answer('One');
    expect([it.piece, inBook()]).toEqual([undefined, []]);
    it.make(request);
    answer({ ...song(''), text: 'Once upon a time there was a mill on the hill.\nIt turned.' });
    expect(inBook()).toEqual(['Once upon a time there was a mill on the …']);
    // The user's name stays although no text contains it.
    it.do((desk) => desk.rename(desk.id!, 'The mill'));
    it.edit({ edit: 'goOn' }, {});
    answer({ ...song(''), text: 'Once upon a time there was a mill on the hill.\nIt turned, and turned.' });
    expect([it.piece?.title, inBook()]).toEqual(['The mill', ['The mill']]);
    it.choose('songs');
    expect([it.piece?.title, inBook()]).toEqual(['One', ['One']]);
  });

  it('begins with what was chosen last, else with what plays, else with the first', () => {
    const { controller: it } = made(true, { composer: 'prose' });
    expect(it.composer?.id).toBe('prose');
    const { composers } = it;
    it.offered(composers.slice(0, 1), 'piano');
    expect(it.composer?.id).toBe('songs');
    const { controller: fresh } = made();
    expect(fresh.composer?.id).toBe('songs');
    fresh.offered(composers, 'prose');
    expect(fresh.composer?.id).toBe('prose');
    fresh.offered([], 'piano');
    expect([fresh.composer, fresh.desk, fresh.piece]).toEqual([undefined, undefined, undefined]);
  });

  it('opens what was open last time, once for each plugin', () => {
    const storage = new Map<string, string>();
    const memory = {
      storage: {
        getItem: (key: string) => storage.get(key) ?? null,
        setItem: (key: string, value: string) => void storage.set(key, value),
      },
      piece: (plugin: string) => (plugin === 'songs' ? 1 : undefined),
    };
    const first = made(true, memory);
    first.controller.make(request);
    first.answer('One');
    const { controller: it, sent, answer } = made(true, memory);
    it.resume();
    expect(sent).toMatchObject([{ type: 'readPiece', task: { plugin: 'songs', text: song('One').text } }]);
    answer('One');
    it.resume();
    it.choose('prose');
    it.choose('songs');
    expect([sent.length, it.piece?.title, it.desk?.id]).toEqual([1, 'One', 1]);
  });
});

describe('a text of one’s own', () => {
  it('is read tune by tune; what is no ABC is said with its place', () => {
    const bad = 'X:2\nT:Two\nK:D\nDEF ?|\n';
    const { pieces, misread } = readOwn(
      'abc',
      `X:1\r\nT:One\r\nK:G\r\nGAB|\r\n\r\n${bad}\nX:3\nT:Three\nK:A\nABc|\n`,
    );
    expect(pieces.map(({ title }) => title)).toEqual(['One', 'Three']);
    expect(pieces[0]!.text).toBe('X:1\r\nT:One\r\nK:G\r\nGAB|\r\n');
    expect(misread.map(({ words }) => words)).toEqual([expect.stringMatching(/^Line 9, column 5: /)]);
    const text = `X:1\r\nT:One\r\nK:G\r\nGAB|\r\n\r\n${bad}`;
    expect(text[readOwn('abc', text).misread[0]!.at!]).toBe('?');
  });

  it('may be none, or too long', () => {
    expect(readOwn('abc', 'hello').misread[0]!.words).toContain('no tune');
    expect(readOwn('abc', 'X:1\n'.repeat(300_000)).misread[0]!.words).toContain('longer');
    const many = Array.from({ length: 201 }, (_, index) => `X:${index}\nK:C\nC|\n`).join('\n');
    const { pieces, misread } = readOwn('abc', many);
    expect([pieces.length, misread.length]).toEqual([200, 1]);
  });
});

describe('what is said of a piece', () => {
  it('is how it was made, what was said of that, and what it lost', () => {
    const made = {
      options: {},
      seed: 7,
      why: [],
      model: { id: 'm', hash: 'a1' },
      remarks: ['It shares no run of notes.'],
    };
    expect(making({ ...song('One'), made, notices: ['Few songs are sad'], lost: { graces: 2 } })).toBe(
      'Seed 7. Model m a1. It shares no run of notes. Few songs are sad. Left out: 2 graces.',
    );
    const why = [
      { good: true, text: 'half close in bar 4' },
      { good: false, text: 'weak close in bar 8' },
      { good: false, text: 'narrow range' },
    ];
    expect(heard({ ...song('One'), made: { ...made, why } })).toBe(
      'Has: half close in bar 4. Weak: weak close in bar 8, narrow range.',
    );
    expect(heard({ ...song('One'), made })).toBe('');
    expect(making(song('One'))).toBe('');
  });

  it('calls the options of the command line what the form calls them', () => {
    const names = fieldNames(SONGS);
    expect(['verses', 'daring', 'redo', 'go-on', 'after', 'takes'].map((name) => names.get(name))).toEqual([
      'Verses',
      'Daring',
      'Verses',
      'Verses',
      'Verses',
      undefined,
    ]);
  });
});
