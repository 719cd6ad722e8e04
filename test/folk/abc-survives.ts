import { expect } from 'vitest';
import { ContinuoError } from '../../src/errors.js';
import { checkTune, readAbc, soundingNotes, type Tune, writeAbc } from '../../src/music/abc/index.js';
import { folkCodec } from '../../src/plugins/folk/codec/index.js';

export interface Survived {
  readonly tunes: number;
  readonly read: number;
}

/**
 * Checks that any text is either read or refused with a line and column. A text that is read is checked, played, written and read again as
 * the same notes, and its tokens survive the way to ABC and back.
 */
export function survives(text: string): Survived {
  let tunes: ReturnType<typeof readAbc>;
  try {
    tunes = readAbc(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ContinuoError);
    return { tunes: 0, read: 0 };
  }
  const lines = text.split(/\r\n?|\n/);
  for (const { tune, refusal } of tunes) {
    if (!tune) {
      const { line, column } = refusal!.place;
      expect(refusal!.reason).toMatch(/^.{1,200}$/su);
      expect(line).toBeGreaterThan(0);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThan(0);
      // One more: something wants at the end of the line.
      expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
      continue;
    }
    checkTune(tune);
    const [again] = readAbc(writeAbc(tune));
    expect(again!.refusal).toBeUndefined();
    expect(heard(again!.tune!)).toEqual(heard(tune));
    encodes(tune);
  }
  return { tunes: tunes.length, read: tunes.filter(({ tune }) => tune).length };
}

function encodes(tune: Tune): void {
  const { tokens, refusal } = folkCodec.encode(tune);
  if (refusal) {
    expect(refusal.place.line).toBeGreaterThan(0);
    return;
  }
  const [again] = readAbc(writeAbc(folkCodec.decode(tokens, { tonic: tune.key.tonic })));
  expect(again!.refusal).toBeUndefined();
  expect(folkCodec.encode(again!.tune!).tokens).toEqual(tokens);
}

/** As text: comparing objects takes most of the time otherwise. */
function heard(tune: Tune): string {
  return soundingNotes(tune)
    .map(({ pitch, start, duration }) => `${pitch} ${start.num}/${start.den} ${duration.num}/${duration.den}`)
    .join('\n');
}
