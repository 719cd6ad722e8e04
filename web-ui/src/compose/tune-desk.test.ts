import { describe, expect, it } from 'vitest';
import { unsaid as settings } from '../../../src/plugins/folk/testing/tune-settings.js';
import type { ClientMessage } from '../../../src/server/protocol.js';
import { type Tune, TuneDesk } from './tune-desk.js';
import { heard, making } from './tune-making.js';
import { readOwn } from './tune-own-text.js';
import { Tunebook } from './tunebook.js';

function tune(title: string): Tune {
  const abc = `X:1\nT:${title}\nK:D\nDEFA|]\n`;
  return { abc, title, bars: [{ number: 1, part: 'A' }], notes: [], bpm: 120, midi: '', lost: {} };
}

function desk(online = true) {
  const sent: ClientMessage[] = [];
  const desk = new TuneDesk(
    (message) => online && sent.push(message) > 0,
    () => {},
    new Tunebook(undefined),
  );
  /** The host answers what it was asked for last. */
  const answer = (title: string) => desk.receive({ type: 'tune', request: lastRequest(), tune: tune(title) });
  const lastRequest = () =>
    sent.reduce((last, message) => (message.type === 'generateTune' ? message.request : last), -1);
  return { desk, sent, answer, lastRequest };
}

describe('TuneDesk', () => {
  it('asks for one tune at a time, shows it as it grows, and puts it into the book', () => {
    const { desk: it, sent, answer, lastRequest } = desk();
    it.make(settings);
    it.make(settings);
    expect(sent).toHaveLength(1);
    expect(it.making).toEqual(settings);
    it.receive({ type: 'tuneSoFar', request: lastRequest(), soFar: { abc: 'X:1', candidates: 0 } });
    expect(it.soFar?.abc).toBe('X:1');
    answer('One');
    expect([it.busy, it.soFar, it.tune?.title]).toEqual([false, undefined, 'One']);
    expect(it.book.tunes.map(({ title }) => title)).toEqual(['One']);
  });

  it('is not busy where nobody hears it', () => {
    const { desk: it } = desk(false);
    it.make(settings);
    expect(it.busy).toBe(false);
  });

  it('gives up at once, and takes nothing that comes later', () => {
    const { desk: it, sent, lastRequest } = desk();
    it.make(settings);
    const request = lastRequest();
    it.cancel();
    it.cancel();
    expect(sent.slice(1)).toEqual([{ type: 'cancelTune', request }]);
    expect(it.busy).toBe(false);
    it.make(settings);
    it.receive({ type: 'tune', request, tune: tune('Late') });
    it.refused({ code: 'TUNE_BUSY', message: 'no' }, request);
    expect([it.busy, it.tune, it.trouble]).toEqual([true, undefined, undefined]);
  });

  it('goes back to former versions and forth again, and the book follows', () => {
    const { desk: it, sent, answer } = desk();
    const inBook = () => it.book.tunes.map(({ title }) => title);
    it.make(settings);
    answer('One');
    it.change({ type: 'redo', bars: '3-4' }, settings);
    expect(sent[1]).toMatchObject({
      task: { type: 'make', from: { abc: tune('One').abc, change: { type: 'redo', bars: '3-4' } } },
    });
    answer('Two');
    it.change({ type: 'vary' }, settings);
    answer('Three');
    expect([inBook(), it.canRedo]).toEqual([['Three'], false]);
    it.undo();
    it.undo();
    it.undo();
    expect([it.tune?.title, inBook(), it.canUndo]).toEqual(['One', ['One'], false]);
    it.redo();
    expect(it.tune?.title).toBe('Two');
    it.change({ type: 'vary' }, settings);
    answer('Other');
    expect([it.canUndo, it.canRedo, inBook()]).toEqual([true, false, ['Other']]);
    it.undo();
    expect(it.tune?.title).toBe('Two');
  });

  it('keeps the tune where a version is refused, and says why', () => {
    const { desk: it, answer } = desk();
    it.make(settings);
    answer('One');
    it.change({ type: 'redo', bars: '99' }, settings);
    it.refused({ code: 'OPTION_VALUE', message: 'no such bars' });
    expect([it.busy, it.tune?.title, it.trouble?.message]).toEqual([false, 'One', 'no such bars']);
    it.change({ type: 'vary' }, settings);
    expect(it.trouble).toBeUndefined();
  });

  it('opens, renames and deletes tunes of the book', () => {
    const { desk: it, sent, answer } = desk();
    it.make(settings);
    answer('One');
    const one = it.id!;
    it.make(settings);
    answer('Two');
    it.openFromBook(one);
    expect(sent.at(-1)).toMatchObject({ task: { type: 'read', abc: tune('One').abc } });
    answer('One');
    expect([it.id, it.book.tunes.length]).toEqual([one, 2]);
    it.rename(one, 'The Kesh');
    expect([it.tune?.title, it.tune?.abc]).toEqual(['The Kesh', tune('The Kesh').abc]);
    it.delete(one);
    expect(it.tune?.title).toBe('The Kesh');
    it.change({ type: 'vary' }, settings);
    answer('The Kesh, a variation');
    expect(it.book.tunes.map(({ title }) => title)).toEqual(['Two']);
  });

  it('gives a deleted tune back until something else is done', () => {
    const { desk: it, answer } = desk();
    for (const title of ['One', 'Two']) {
      it.make(settings);
      answer(title);
    }
    const { id } = it;
    it.delete(id!);
    expect([it.id, it.deleted?.tune.title, it.tune?.title]).toEqual([undefined, 'Two', 'Two']);
    expect(it.restore()).toBe(id);
    expect([it.id, it.deleted, it.book.tunes.length]).toEqual([id, undefined, 2]);
    expect(it.restore()).toBeUndefined();
    it.delete(id!);
    it.make(settings);
    expect(it.deleted).toBeDefined();
    answer('Three');
    expect(it.deleted).toBeUndefined();
    expect(it.book.tunes.map(({ title }) => title)).toEqual(['Three', 'One']);
  });

  it('does not send what the host does not take', () => {
    const { desk: it, sent } = desk();
    it.open('𝄞'.repeat(10_001));
    expect([sent.length, it.busy, it.trouble?.code]).toEqual([0, false, 'ABC_TOO_LARGE']);
  });

  it('waits for nothing when the line is gone', () => {
    const { desk: it } = desk();
    it.make(settings);
    it.lost();
    expect(it.busy).toBe(false);
  });
});

describe('a text of one’s own', () => {
  it('is read tune by tune; what is no ABC is said with its place', () => {
    const bad = 'X:2\nT:Two\nK:D\nDEF ?|\n';
    const { tunes, misread } = readOwn(
      `X:1\r\nT:One\r\nK:G\r\nGAB|\r\n\r\n${bad}\nX:3\nT:Three\nK:A\nABc|\n`,
    );
    expect(tunes.map(({ title }) => title)).toEqual(['One', 'Three']);
    expect(tunes[0]!.abc).toBe('X:1\r\nT:One\r\nK:G\r\nGAB|\r\n');
    expect(misread.map(({ words }) => words)).toEqual([expect.stringMatching(/^Line 9, column 5: /)]);
    const text = `X:1\r\nT:One\r\nK:G\r\nGAB|\r\n\r\n${bad}`;
    expect(text[readOwn(text).misread[0]!.at!]).toBe('?');
  });

  it('may be none, or too long', () => {
    expect(readOwn('hello').misread[0]!.words).toContain('no tune');
    expect(readOwn('X:1\n'.repeat(300_000)).misread[0]!.words).toContain('longer');
    const many = Array.from({ length: 201 }, (_, index) => `X:${index}\nK:C\nC|\n`).join('\n');
    const { tunes, misread } = readOwn(many);
    expect([tunes.length, misread.length]).toEqual([200, 1]);
  });
});

describe('what is said of a tune', () => {
  it('is how it was made, what it owes, and what it lost', () => {
    const made = {
      settings: { ...settings, seed: 7 },
      model: { id: 'folk-session', hash: 'ab' },
      cut: 0.0312,
      forced: 0,
      inPart: true,
      sharedRun: { notes: 9, title: 'The Kesh', book: 'cre' },
    };
    expect(making({ ...tune('One'), made })).toMatch(
      /^Seed 7 · .*the new bars share 9 notes .*“The Kesh” \(cre\) .*3\.1 % .*0\.0 %/,
    );
    const why = [
      { good: true, text: 'half close in bar 4' },
      { good: false, text: 'weak close in bar 8' },
      { good: false, text: 'narrow range' },
    ];
    expect(heard({ ...tune('One'), made: { ...made, why } })).toBe(
      'Has: half close in bar 4. Weak: weak close in bar 8, narrow range.',
    );
    expect(heard({ ...tune('One'), made })).toBe('');
    expect(making({ ...tune('One'), lost: { graces: 2 } })).toBe('Left out: 2 graces');
    expect(making(tune('One'))).toBe('');
  });
});
