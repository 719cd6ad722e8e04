import { expect, it } from 'vitest';
import type { TokenStream } from '../codec/codec.js';
import { PlayedNotes } from './played-notes.js';
import { replayTake } from './replay.js';
import { jam, performer, START } from './testing/jam.js';
import { Timeline } from './timeline.js';

/** Strays where the model has struck 30 keys since it was last back. */
function straying(heads: number[]) {
  return {
    ...performer().grammar,
    hasDrifted({ stream }: { readonly stream: TokenStream }): boolean {
      const strays = stream.recent!.modelOnsets.length >= 30;
      if (strays) heads.push(stream.head);
      return strays;
    },
  };
}

it('a model that strays ends what it holds and goes on, and its take comes again', () => {
  const heads: number[] = [];
  const { session, events, records, synth } = jam('solo', { grammar: straying(heads) });
  session.command(START, 0);
  for (let now = 0; now < 40; now += 0.02) session.advance(now);
  expect(heads.length).toBeGreaterThan(1);
  expect(heads[0]).toBeGreaterThan(10);
  const playedNotes = new PlayedNotes();
  for (const event of events) playedNotes.add(event);
  const notes = playedNotes.notes('model', 40);
  for (const head of heads.filter((head) => head < 39)) {
    expect(notes.filter(({ start, end }) => start < head - 0.011 && end > head + 0.05)).toEqual([]);
    expect(notes.some(({ start }) => start > head)).toBe(true);
  }
  expect(synth.faults).toEqual([]);
  session.command({ type: 'stop' }, 40);
  records.push({ type: 'end', time: 40 });
  const again = replayTake(records, { ...performer(), grammar: straying([]), mode: 'solo', time: 0 });
  expect(again).toMatchObject({ same: true, differsAt: null });
});

it('a network stands where it stood, and a rollback leads to before that', () => {
  const { engine, codec } = performer();
  const timeline = new Timeline(engine, codec, 0);
  const mask = new Uint8Array(codec.vocabulary.size).fill(1);
  const shift = codec.symbols.findIndex((symbol) => symbol.type === 'shift' && symbol.steps === 50);
  const next = () => timeline.sample(() => shift, mask);
  const mark = timeline.mark();
  next();
  timeline.stream.accept(shift);
  const before = timeline.state();
  next();
  timeline.stream.accept(shift);
  timeline.restoreNetwork(mark);
  expect(timeline.state()).toEqual(mark.state);
  expect(timeline.position).toBe(mark.position + 2);
  next();
  timeline.stream.accept(shift);
  expect(timeline.rollback(0.9)).toBe(2);
  expect(timeline.state()).toEqual(before);
});
