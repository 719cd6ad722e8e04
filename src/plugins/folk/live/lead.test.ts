import { describe, expect, it } from 'vitest';
import type { StreamParams } from '../../../codec/codec.js';
import { folkCodec } from '../codec/codec.js';
import { beforeCadence, zoneOf } from '../codec/live-cadence.js';
import type { FolkStream } from '../codec/live-stream.js';
import { DEFAULTS, play, streamOf, token, words } from '../codec/testing/live.js';
import { NO_CADENCE_ODDS } from '../odds/cadence-odds.js';
import { NO_NOTE_ODDS } from '../odds/note-odds.js';
import { LEADS, LiveLead, type LiveLeads } from './lead.js';

const BAR = 32; // units of 4/4
const EIGHTHS = 0.25; // s

const led = (params: StreamParams = {}) => streamOf({ ...DEFAULTS, lead: 1, ...params }) as FolkStream;
/** A stream after the player has played whole bars of quarter notes and the model's turn has begun. */
function afterBars(bars: number, turn: number | null, params: StreamParams = {}) {
  const stream = led(params);
  const notes = Array.from({ length: 4 * bars }, () => [67, 2] as const);
  const { tokens, end } = play(stream, notes);
  tokens.push(...stream.advance(end));
  stream.beginTurn(turn === null ? null : end + turn * 8 * EIGHTHS);
  return { stream, tokens, at: bars * BAR };
}
const say = (stream: FolkStream, music: string) => {
  for (const each of folkCodec.read(music)) stream.accept(each);
};

describe('the ends of phrases', () => {
  it('are counted from where the part began, where the turn has no end', () => {
    const { stream, at } = afterBars(2, null);
    const kinds = [2, 3, 4, 5, 6, 7, 8, 11].map(
      (bar) => beforeCadence(stream.written, at + BAR * (bar - 2))?.kind ?? null,
    );
    expect(kinds).toEqual([null, 'half', null, null, null, 'close', null, 'half']);
    expect(beforeCadence(stream.written, at + BAR + 24)).toEqual({ kind: 'half', left: 8 });
  });

  it('are counted back from the end of a turn of four bars or more', () => {
    const kinds = (turn: number) => {
      const { stream, at } = afterBars(3, turn);
      return Array.from({ length: turn }, (_, bar) => beforeCadence(stream.written, at + BAR * bar)?.kind);
    };
    expect(kinds(4)).toEqual([undefined, undefined, undefined, 'close']);
    expect(kinds(8).map((kind) => kind ?? '')).toEqual(['', '', '', 'half', '', '', '', 'close']);
    // A short turn continues a phrase that somebody else began: this is bar 4 of the part.
    expect(kinds(2)).toEqual(['half', undefined]);
  });

  it('come where the next pickup begins', () => {
    const stream = led({ pickup: 2 });
    const { end } = play(stream, [[67, 2], ...Array.from({ length: 12 }, () => [67, 2] as const)]);
    stream.advance(end);
    stream.beginTurn(null);
    expect(beforeCadence(stream.written, 4 * BAR)).toEqual({ kind: 'half', left: BAR - 8 });
    expect(beforeCadence(stream.written, 4 * BAR + 24)).toBeNull();
  });

  it('have three zones in their last two beats', () => {
    expect([24, 16, 12, 8, 6, 4, 2].map((left) => zoneOf(left, 8))).toEqual([null, 0, 0, 1, 1, 2, 2]);
  });

  it('end a part after eight bars of a player, where the music is led', () => {
    expect(
      words(afterBars(8, null).tokens)
        .match(/:\||\|/g)!
        .join(' '),
    ).toBe('| | | | | | | :|');
    expect(words(afterBars(9, null).tokens)).toMatch(/:\| G 2 G 2 G 2 G 2 \|$/);
    expect(words(afterBars(8, null, { lead: 0 }).tokens)).not.toContain(':|');
    expect(words(afterBars(8, null, { pickup: 2 }).tokens)).not.toContain(':|');
  });
});

describe('what leads', () => {
  const zeros = () => new Float32Array(folkCodec.vocabulary.size);
  const steps = [1, 2, 3, 4, 5, 6, 7];
  const leads: LiveLeads = {
    ends: { half: [steps, steps, steps.map((step) => 10 * step)], close: [steps, steps, steps] },
    fills: { half: 0.5, close: 2 },
    overBars: [0, 0.5, 0, 0, 0, 0, 0, 0, -3],
  };
  const odds = { others: { cadences: NO_CADENCE_ODDS, notes: { ...NO_NOTE_ODDS, signs: { e: 0.25 } } } };
  const lead = (stream: FolkStream, firmness = 1, of = new LiveLead(undefined, leads)) => {
    const logits = zeros();
    const led = of.lead(logits, stream, firmness);
    return { led, of: (word: string) => logits[token(word)], logits };
  };

  it('leaves everything alone where nothing is to be led', () => {
    const { stream } = afterBars(3, null);
    const { led, logits } = lead(stream, 0, new LiveLead(odds, leads));
    expect(led).toBe(false);
    expect(logits).toEqual(zeros());
  });

  it('weighs notes by the odds of the folder, as firmly as it is told', () => {
    const { stream } = afterBars(1, null);
    say(stream, 'g 2');
    expect(lead(stream, 2, new LiveLead(odds, LEADS)).of('e')).toBeCloseTo(0.5);
    expect(lead(stream, 2, new LiveLead(odds, LEADS)).of('f')).toBe(0);
  });

  it('weighs steps where a phrase ends, those with accidentals not', () => {
    const { stream } = afterBars(3, null);
    say(stream, 'g 2 g 2 g 2');
    const half = lead(stream);
    expect([half.of('c'), half.of('d'), half.of('B'), half.of('^c')]).toEqual([1, 2, 7, 0]);
    // The current eighth ends with the next token, which is later in the beat.
    say(stream, 'g');
    expect(lead(stream).of('d')).toBe(20);
    const before = afterBars(3, null).stream;
    say(before, 'g 2');
    expect(lead(before).led).toBe(false);
  });

  it('weighs ways over a bar line', () => {
    const { stream } = afterBars(1, null);
    const { of } = lead(stream);
    expect([of('G'), of('A'), of('F'), of('B'), of("g'")]).toEqual([0, 0.5, 0.5, 0, -3]);
    say(stream, 'g 2');
    expect(lead(stream).led).toBe(false);
  });

  it('weighs the length with which the note that is begun ends a phrase', () => {
    const { stream } = afterBars(4, 4);
    say(stream, 'g 8 | g 8 | g 8 | g 4 c');
    const close = lead(stream);
    expect(close.of('4')).toBe(2);
    expect([close.of('2'), close.of('3')]).toEqual([0, 0]);
    say(stream, '2 c');
    expect(lead(stream).of('2')).toBe(2);
    say(stream, ' d');
    expect(lead(stream).of('|')).toBe(2);
    const half = afterBars(3, null).stream;
    say(half, 'g 4 d');
    expect([lead(half).of('4'), lead(half).of('2')]).toEqual([0.5, 0]);
  });
});
