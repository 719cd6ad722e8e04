import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { composeDescriptor } from '../../plugin/compose-descriptor.js';
import type { ComposeRequest, Composer, Piece } from '../../plugin/composer.js';
import { CheckedComposer, GivenUp } from './checked-composer.js';

const descriptor = composeDescriptor.parse({
  piece: { one: 'verse', many: 'verses' },
  segment: { one: 'line', many: 'lines' },
  options: {
    lines: { param: { type: 'int', min: 1, max: 9, default: 4 } },
    rhyme: { param: { type: 'choice', choices: ['a', 'b'], default: null }, several: true },
  },
  exports: { txt: { ending: 'txt', mediaType: 'text/plain', help: 'Plain.' } },
  edits: {
    redo: { label: 'Again', help: 'These lines anew.', takes: 'segments' },
    goOn: { label: 'On', help: 'After a line.', takes: 'place' },
  },
  preview: 'text',
});
const piece: Piece = { title: 'one', text: 'la\n' };

function checked(composer: Partial<Composer>, check?: () => void) {
  const whole: Composer = { make: () => [piece], write: () => '', ...composer };
  return new CheckedComposer(whole, 'verses', descriptor, check);
}

const asked = { options: {}, count: 1, seed: 1 };

describe('what a plugin is asked', () => {
  it('is whole: defaults stand where nothing was said, one value is a list where several are taken', () => {
    const requests: ComposeRequest[] = [];
    const composer = checked({
      make(request) {
        requests.push(request);
        return [piece, piece];
      },
    });
    const given = { text: 'la', edit: 'redo', segments: '1' };
    expect([...composer.make({ ...asked, count: 2 })]).toEqual([piece, piece]);
    composer.make({ ...asked, options: { rhyme: 'b', lines: 2 }, given });
    expect(requests).toEqual([
      { options: { lines: 4, rhyme: [null] }, count: 2, seed: 1 },
      { options: { lines: 2, rhyme: ['b'] }, count: 1, seed: 1, given },
    ]);
  });

  it.each([
    [{ options: { lines: 10 } }, 'PARAM_VALUE'],
    [{ options: { rhyme: ['a', 'c'] } }, 'PARAM_VALUE'],
    [{ options: { rhyme: [] } }, 'PARAM_VALUE'],
    [{ options: { lines: [1, 2] } }, 'PARAM_VALUE'],
    [{ options: { metre: 1 } }, 'PARAM_UNKNOWN'],
    [{ given: { text: '', edit: 'sing' } }, 'OPTION_VALUE'],
    [{ given: { text: '', edit: 'redo' } }, 'OPTION_VALUE'],
    [{ given: { text: '', edit: 'redo', segments: '1', after: 2 } }, 'OPTION_VALUE'],
    [{ given: { text: '', edit: 'goOn', segments: '1' } }, 'OPTION_VALUE'],
    [{ given: { text: '', edit: 'goOn', after: 1.5 } }, 'OPTION_VALUE'],
  ])('is refused before the plugin hears of it: %j', (change, code) => {
    const composer = checked({
      make: () => {
        throw new Error('it was called');
      },
    });
    expect(() => composer.make({ ...asked, ...change })).toThrow(expect.objectContaining({ code }));
  });
});

describe('what fails in a plugin', () => {
  const boo = () => {
    throw new Error('boo');
  };
  const failed = expect.objectContaining({
    code: 'PLUGIN_FAILED',
    message: expect.stringMatching(/plugin verses .*boo/),
  });

  it('names it, whatever was asked', async () => {
    const composer = checked({ make: boo, read: boo, write: boo, report: boo, summary: boo });
    expect(() => composer.make(asked)).toThrow(failed);
    expect(() => composer.read('la')).toThrow(failed);
    expect(() => composer.report(asked, [])).toThrow(failed);
    expect(() => composer.summary(asked, [])).toThrow(failed);
    await expect(composer.write(piece, 'txt')).rejects.toThrow(failed);
    const later = checked({
      *make() {
        yield piece;
        boo();
      },
    });
    expect(() => [...later.make({ ...asked, count: 2 })]).toThrow(failed);
  });

  it('is told from what it says itself', () => {
    const own = new ContinuoError('OPTION_VALUE', 'No such rhyme.');
    const composer = checked({
      make: () => {
        throw own;
      },
    });
    expect(() => composer.make(asked)).toThrow(own);
  });

  it.each([
    ['too few pieces', () => [], /made 0 verses of 1/],
    ['a piece without a text', () => [{ title: 'x' }], /without a text/],
    ['a piece without a title', () => [{ text: 'x' }], /without a title/],
    ['no pieces at all', () => undefined, /failed/],
  ])('is noticed: %s', (_, make, message) => {
    expect(() => [...checked({ make: make as unknown as Composer['make'] }).make(asked)]).toThrow(message);
  });

  it('is noticed: nothing written, an export that there is not', async () => {
    const composer = checked({ write: (() => undefined) as unknown as Composer['write'] });
    await expect(composer.write(piece, 'txt')).rejects.toThrow(/wrote nothing as txt/);
    await expect(composer.write(piece, 'pdf')).rejects.toMatchObject({ code: 'OPTION_VALUE' });
    expect(() => checked({}).read('la')).toThrow(expect.objectContaining({ code: 'OPTION_VALUE' }));
  });
});

it('makes no more than is asked for, and ends a making that is given up', () => {
  let open = 0;
  const endless = {
    *make() {
      open++;
      try {
        for (;;) yield piece;
      } finally {
        open--;
      }
    },
  };
  expect([...checked(endless).make({ ...asked, count: 3 })]).toHaveLength(3);
  let checks = 0;
  const composer = checked(endless, () => {
    if (++checks === 3) throw new GivenUp();
  });
  const made: Piece[] = [];
  expect(() => {
    for (const piece of composer.make({ ...asked, count: 9 })) made.push(piece);
  }).toThrow(GivenUp);
  expect([made.length, open]).toEqual([2, 0]);
});
