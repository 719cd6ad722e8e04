import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMidi } from 'midi-file';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { openHostPerformer, setupsOf } from '../../dist/host/models/open-host-performer.js';
import { replayRecordedTake } from '../../dist/host/takes/play-again.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import type { SessionEvent } from '../../dist/session/events.js';

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const BEAT = 0.6;
const CHORDS = [
  [48, 60, 64, 67],
  [45, 57, 60, 64],
  [41, 57, 60, 65],
  [43, 55, 59, 62],
];

describe('an ensemble and a drummer beside somebody who plays chords', () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-band-'));
  const events: SessionEvent[] = [];
  let take = '';

  beforeAll(async () => {
    const session = await LiveSession.open({
      ...{
        plugin: 'ensemble',
        model: 'ensemble-pop',
        engine: 'kernel',
        precision: 'int8',
        seed: 5,
        mode: 'duet',
      },
      members: [{ plugin: 'drums', model: 'drums-groove', id: 'drums', seed: 6 }],
      takes: folder,
    });
    session.subscribe((event) => events.push(event));
    const hands = session.hands();
    session.command({ type: 'pulse', beat: BEAT, bar: true, tapped: true });
    for (let bar = 0; bar < 6; bar++) {
      const chord = CHORDS[bar % CHORDS.length]!;
      for (const pitch of chord) hands.play({ type: 'noteOn', pitch, velocity: 80 });
      await wait(3.8 * BEAT);
      for (const pitch of chord) hands.play({ type: 'noteOff', pitch });
      await wait(0.2 * BEAT);
    }
    session.command({ type: 'stop' });
    await wait(0.5);
    take = session.takeFolder!;
    await session.close();
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('ends each note that begins, of the band and of the drummer', () => {
    const notes = new Map<number, { who: string; start: number; end: number | null }>();
    for (const event of events) {
      const who = ('member' in event && event.member) || 'lead';
      if (event.type === 'noteOn' && event.voice === 'model')
        notes.set(event.id, { who, start: event.time, end: null });
      const ended = event.type === 'noteOff' && notes.get(event.id);
      if (ended) ended.end = event.time;
      if (event.type !== 'discard' && event.type !== 'allOff') continue;
      for (const [id, note] of notes) {
        if (note.who !== who) continue;
        // What was planned and is not played begins no more; an end that was planned is not one yet.
        if (note.start > event.time) notes.delete(id);
        else if (note.end !== null && note.end > event.time) note.end = null;
        if (event.type === 'allOff') note.end ??= event.time;
      }
    }
    const of = (who: string) => [...notes.values()].filter((note) => note.who === who);
    expect([...notes.values()].filter(({ end }) => end === null)).toEqual([]);
    expect(of('lead').length).toBeGreaterThan(20);
    expect(of('drums').length).toBeGreaterThan(20);
    expect(events.filter(({ type }) => type === 'trouble')).toEqual([]);
  });

  it('leaves one take, which replays token for token, with a track for each of the three and the drums on channel 10', async () => {
    const read = await readTake(take);
    const performers = [];
    for (const setup of setupsOf(read.header.setup)) performers.push(await openHostPerformer(setup));
    const [first, ...others] = performers;
    const again = replayRecordedTake(read, first!, others);
    for (const { engine } of performers) engine.dispose();
    expect([again.same, again.cutOff, again.differsAt]).toEqual([true, false, null]);
    const tracks = parseMidi(readFileSync(join(take, 'take.mid'))).tracks.slice(1);
    const heard = tracks.map((track) => {
      const ons = track.filter((event) => event.type === 'noteOn');
      const channels = new Set(ons.map((event) => (event.type === 'noteOn' ? event.channel : -1)));
      const name = track.find((event) => event.type === 'trackName')?.text;
      const offs = track.filter((event) => event.type === 'noteOff');
      return { name, channels: [...channels], left: ons.length - offs.length };
    });
    expect(heard.map(({ left }) => left)).toEqual(heard.map(() => 0));
    expect(heard.map(({ channels }) => channels.length)).toEqual(heard.map(() => 1));
    expect(new Set(heard.flatMap(({ channels }) => channels)).size).toBe(heard.length);
    expect(heard.length).toBe(5);
    expect(heard.at(-1)).toMatchObject({ name: 'drums', channels: [9] });
  }, 120_000);
});
