import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble, type Ensemble } from '../../src/host/assemble.js';
import { LiveNotation } from '../../src/host/live-notation.js';
import { loadPlugin } from '../../src/host/plugins.js';
import { abc2midiComplaints } from '../../src/host/tune-abc2midi.js';
import { parsedByAbcjs } from '../../src/host/tune-abcjs.js';
import { uniform } from '../../src/model/random.js';
import { checkTune, readAbc } from '../../src/music/abc/index.js';
import type { PluginDefinition } from '../../src/plugin/definition.js';
import type { Mode } from '../../src/session/commands.js';
import type { SessionEvent } from '../../src/session/events.js';
import { Notebook } from '../../src/session/notebook.js';
import { replayTake } from '../../src/session/replay.js';
import { Session } from '../../src/session/session.js';
import { survivingTokens, type TakeRecord } from '../../src/session/take.js';
import { describeWith } from '../requires.js';

/** The tempo by default: an eighth of 4/4. */
const EIGHTH = 0.3;
const WILD_JAMS = 8;
const MELODY = [62, 66, 69, 66, 74, 73, 71, 69];

let ensemble: Ensemble;
let definition: PluginDefinition;
beforeAll(async () => {
  const setup = {
    plugin: 'folk',
    model: 'folk-session',
    engine: 'kernel',
    precision: 'int8',
    seed: 3,
  } as const;
  ensemble = await assemble(setup);
  ({ definition } = await loadPlugin('folk'));
});
afterAll(() => ensemble.engine.dispose());

function jam(mode: Mode) {
  const events: SessionEvent[] = [];
  const records: TakeRecord[] = [];
  const held = new Set<number>();
  const session = new Session({
    ...ensemble,
    pluginParams: ensemble.descriptor.params,
    output: {
      noteOn: (pitch) => void held.add(pitch),
      noteOff: (pitch) => void held.delete(pitch),
      silence: () => held.clear(),
    },
    mode,
    time: 0,
    emit: (event) => events.push(event),
    record: (record) => records.push(record),
  });
  session.command({ type: 'start' }, 0);
  return { session, events, records, held };
}

/** Plays eighths, a little unevenly; returns when the last one ends. */
function play(session: Session, time: number, pitches: readonly number[] = MELODY): number {
  pitches.forEach((pitch, index) => {
    const start = time + index * EIGHTH + (index % 3) * 0.02;
    session.input({ type: 'noteOn', time: start, pitch, velocity: 90 });
    session.input({ type: 'noteOff', time: start + 0.25, pitch });
  });
  return time + pitches.length * EIGHTH;
}

/** Lets time pass until `wanted`, as a clock does. */
function until(session: Session, from: number, wanted: () => boolean): number {
  for (let time = from; time < from + 60; time += 0.01) {
    session.advance(time);
    if (wanted()) return time;
  }
  throw new Error('it never came');
}

const modelNotes = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'noteOn' && event.voice === 'model' ? [event] : []));

/** Inputs and commands alone give the same tokens, notes and state, whenever the clock was looked at. */
function expectReplay(
  records: readonly TakeRecord[],
  events: readonly SessionEvent[],
  session: Session,
  mode: Mode,
): void {
  const pluginParams = ensemble.descriptor.params;
  const replay = replayTake(records, { ...ensemble, pluginParams, mode, time: 0 });
  const start = ensemble.codec.startToken;
  expect(survivingTokens(replay.records, start)).toEqual(survivingTokens(records, start));
  expect(heardNotes(replay.events)).toEqual(heardNotes(events));
  expect(replay.state).toEqual(session.state());
}

function heardNotes(events: readonly SessionEvent[]) {
  const notebook = new Notebook();
  for (const event of events) notebook.add(event);
  return notebook.notes('model', Number.POSITIVE_INFINITY);
}

function notation(records: readonly TakeRecord[]): LiveNotation {
  const notation = new LiveNotation(definition.notation!, ensemble.descriptor.params, 'a test');
  notation.add(records);
  return notation;
}

/** By our own reader, and by abcjs. */
function expectFullBars(book: string): void {
  for (const abc of book.split(/\n(?=X:)/)) expectFullBarsOf(abc);
}

function expectFullBarsOf(abc: string): void {
  for (const { tune, refusal } of readAbc(abc)) {
    expect(refusal).toBeUndefined();
    const { errors, warnings } = checkTune(tune!);
    expect([...errors, ...warnings], abc).toEqual([]);
    const { num, den } = tune!.meter!;
    const parsed = parsedByAbcjs(abc);
    expect(parsed.warnings, abc).toEqual([]);
    for (const { duration } of parsed.bars) expect(duration, abc).toBeCloseTo(num / den, 9);
  }
}

describe('a jam with the folk model', () => {
  it('answers on the beat, for whole bars, and the tune is there', () => {
    const { session, events, records, held } = jam('answer');
    let end = 1;
    for (let round = 0; round < 3; round++) {
      const before = modelNotes(events).length;
      end = until(session, play(session, end + 0.13), () => session.phase === 'playing');
      end = until(session, end, () => session.phase === 'waiting');
      expect(held.size).toBe(0);
      const answer = modelNotes(events).slice(before);
      expect(answer.length).toBeGreaterThan(0);
      const whole = notation(records).shown(true);
      expect(notation(records).shown(false)).toBe(whole);
      expect(whole.match(/DFAF dcBA/g)?.length).toBeGreaterThan(round);
      // Every note of an answer lies on sixteenths from its first, which is a beat of the player's.
      const lastOnset = events.findLast((event) => event.type === 'noteOn' && event.voice === 'player')!.time;
      const beats = (answer[0]!.time - lastOnset + EIGHTH) / (2 * EIGHTH);
      expect(beats).toBeCloseTo(Math.round(beats), 6);
      for (const { time } of answer) {
        const steps = (time - answer[0]!.time) / (EIGHTH / 2);
        expect(steps).toBeCloseTo(Math.round(steps), 6);
      }
    }
    const abc = notation(records).shown(true);
    expect(abc).toContain('M:4/4\nL:1/8\nQ:1/4=100\nK:D\nDFAF dcBA|');
    expectFullBars(abc);
    session.command({ type: 'stop' }, end + 1);
  });

  it('goes on until the player comes in, and replays token for token', () => {
    const { session, events, records, held } = jam('continue');
    session.command({ type: 'param', id: 'key', value: 'Ador' }, 0.1);
    session.command({ type: 'param', id: 'meter', value: '6/8' }, 0.2);
    session.command({ type: 'param', id: 'type', value: 'jig' }, 0.3);
    let end = until(
      session,
      play(session, 1, [69, 71, 72, 74, 76, 79]),
      () => modelNotes(events).length > 20,
    );
    session.command({ type: 'param', id: 'tempo', value: 140 }, end);
    end = until(session, end, () => modelNotes(events).length > 30);
    end = play(session, end + 0.07, [81, 79, 78, 76, 74, 72]);
    expect(held.size).toBe(0);
    end = until(session, end, () => modelNotes(events).length > 40);
    session.command({ type: 'again' }, end);
    end = until(session, end, () => modelNotes(events).length > 60);
    session.command({ type: 'takeBack' }, end);
    end = play(session, end + 1, [81, 79, 78, 76]);
    end = until(session, end, () => modelNotes(events).length > 80);
    session.command({ type: 'stop' }, end);
    records.push({ type: 'end', time: end });
    expect(held.size).toBe(0);

    const abc = notation(records).book();
    expect(abc).toContain('R:jig\nN:a test\nM:6/8\nL:1/8\nQ:3/8=140\nK:Ador\n');
    expectFullBars(abc);
    expectReplay(records, events, session, 'continue');
  });

  it('begins a new tune where the key changes, and keeps the one before', () => {
    const { session, events, records } = jam('answer');
    let end = until(session, play(session, 1), () => modelNotes(events).length > 4);
    session.command({ type: 'param', id: 'key', value: 'G' }, end);
    expect(session.phase).toBe('waiting');
    session.command({ type: 'param', id: 'key', value: 'G' }, end);
    end = until(session, play(session, end + 1, [67, 71, 74, 71]), () => session.phase === 'playing');
    end = until(session, end, () => session.phase === 'waiting');
    const book = notation(records).book();
    expect(book.match(/^[XNK]:.*/gm)).toEqual(['X:1', 'N:a test', 'K:D', 'X:2', 'N:a test', 'K:G']);
    expect(notation(records).shown(true)).toContain('K:G\nGB');
    expectFullBars(book);
  });

  it.each(['duet', 'solo', 'listen'] as const)('keeps whole bars in the mode %s', (mode) => {
    const { session, records, held } = jam(mode);
    let end = 1;
    for (let round = 0; round < 3; round++) {
      end = play(session, end);
      for (let time = end; time < end + 4; time += 0.01) session.advance(time);
      end += 4;
    }
    session.command({ type: 'stop' }, end);
    expect(held.size).toBe(0);
    const abc = notation(records).book();
    if (mode !== 'listen') expect(abc).toContain('K:D');
    if (abc !== '') expectFullBars(abc);
  });
});

/** Somebody who plays this and that, in no time in particular, and says so in ABC with the network. */
function wildJam(seed: number, mode: Mode): string {
  let drawn = 0;
  const chance = () => uniform(seed, 0, drawn++);
  const one = <T>(list: readonly T[]) => list[Math.floor(chance() * list.length)]!;
  const { session, events, records, held } = jam(mode);
  const set = (id: string, value: string | number, time: number) =>
    session.command({ type: 'param', id, value }, time);
  let time = 0.5;
  for (const id of ['key', 'meter', 'type', 'grid']) {
    const spec = ensemble.descriptor.params[id]!;
    if (spec.type === 'choice') set(id, one(spec.choices), time);
  }
  for (let phrase = 0; phrase < 3; phrase++) {
    set('tempo', 60 + Math.floor(120 * chance()), time);
    for (let note = 0; note < 12; note++) {
      const pitch = 48 + Math.floor(40 * chance());
      const [step, length] = [0.5 * chance() ** 2, 0.6 * chance()];
      session.input({ type: 'noteOn', time, pitch, velocity: 1 + Math.floor(127 * chance()) });
      time += step;
      session.input({ type: 'noteOff', time: time + Math.min(length, 0.01), pitch });
    }
    for (const end = time + 1 + 8 * chance(); time < end; time += 0.02) session.advance(time);
    if (chance() < 0.2) session.command({ type: one(['again', 'takeBack'] as const) }, time);
  }
  session.command({ type: 'stop' }, time);
  records.push({ type: 'end', time });
  expect(held.size).toBe(0);
  expectReplay(records, events, session, mode);
  return notation(records).book();
}

describeWith('abc2midi', 'what wild jams leave', () => {
  it('is ABC with full bars, to three readers', async () => {
    const modes = ['answer', 'continue', 'duet', 'solo'] as const;
    const tunes = Array.from({ length: WILD_JAMS }, (_, seed) => wildJam(seed, modes[seed % modes.length]!));
    for (const abc of tunes) expectFullBars(abc);
    expect((await abc2midiComplaints(tunes)).flat()).toEqual([]);
  });
});
