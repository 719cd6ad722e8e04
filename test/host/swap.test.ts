import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { openHostPerformer } from '../../dist/host/models/open-host-performer.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import type { Mode } from '../../dist/session/commands.js';
import type { SessionEvent } from '../../dist/session/events.js';
import { PlayedNotes } from '../../dist/session/played-notes.js';
import { replayTake } from '../../dist/session/replay.js';

const MODELS = ['piano-pop', 'piano-pop-start'] as const;
const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

let takes: string;
let session: LiveSession;
let events: SessionEvent[];

beforeEach(() => {
  takes = mkdtempSync(join(tmpdir(), 'continuo-swap-'));
  events = [];
});
afterEach(async () => {
  await session.close();
  rmSync(takes, { recursive: true });
});

async function open(mode: Mode): Promise<void> {
  session = await LiveSession.open({
    ...{ plugin: 'piano', model: MODELS[0], engine: 'kernel', precision: 'int8', seed: 5 },
    ...{ mode, takes },
  });
  session.subscribe((event) => events.push(event));
}

/** Resolves with the first event from now on that `wanted` says yes to. */
function next(wanted: (event: SessionEvent) => boolean): Promise<SessionEvent> {
  return new Promise((resolve) => {
    const end = session.subscribe((event) => {
      if (!wanted(event)) return;
      end();
      resolve(event);
    });
  });
}

const phase = (name: string) => next((event) => event.type === 'phase' && event.phase === name);
const phases = (from = 0) =>
  events.slice(from).flatMap((event) => (event.type === 'phase' ? [event.phase] : []));

async function playPhrase(): Promise<void> {
  const hands = session.hands();
  for (const pitch of [60, 64, 67, 72]) {
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    await wait(0.1);
    hands.play({ type: 'noteOff', pitch });
  }
}

/** Notes that began and have not ended. */
function sounding(): number[] {
  const open = new Map<number, number>();
  for (const event of events) {
    if (event.type === 'noteOn') open.set(event.id, event.time);
    else if (event.type === 'noteOff') open.delete(event.id);
    else if (event.type === 'discard') for (const [id, time] of open) if (time > event.time) open.delete(id);
  }
  return [...open.keys()];
}

/** Every take replays to the notes that were heard while it was written. */
async function takesReplay(): Promise<number> {
  const played = new PlayedNotes();
  for (const event of events) played.add(event);
  let count = 0;
  for (const name of readdirSync(takes)) {
    const { header, records } = await readTake(join(takes, name));
    const performer = await openHostPerformer(header.setup);
    const { events: again } = replayTake(records, {
      ...performer,
      ...{ pluginParams: performer.descriptor.params, mode: header.mode as Mode, time: header.time },
    });
    const replayed = new PlayedNotes();
    for (const event of again) replayed.add(event);
    const end = records.at(-1)!;
    expect(end.type).toBe('end');
    const until = 'time' in end ? end.time : 0;
    const within = ({ start }: { start: number }) => start >= header.time && start < until;
    const heard = played.notes('model', Number.POSITIVE_INFINITY).filter(within);
    expect(replayed.notes('model', Number.POSITIVE_INFINITY).filter(within)).toEqual(heard);
    count += heard.length;
    performer.engine.dispose();
  }
  return count;
}

it('waits for the end of the reply that is under way, without a stop', async () => {
  await open('answer');
  session.command({ type: 'start' });
  const playing = phase('playing');
  await playPhrase();
  await playing;
  const from = events.length;
  let loaded = false;
  const load = session.load({ model: MODELS[1] }).then(() => {
    loaded = true;
  });
  const waiting = phase('waiting').then(() => expect(loaded).toBe(false));
  await Promise.all([waiting, load]);
  expect(session.describe().model.id).toBe(MODELS[1]);
  expect(phases(from)).not.toContain('stopped');
  expect(session.coming()).toBeNull();
  // The next one answers, in the same mode, without being started.
  const answers = phase('playing');
  await playPhrase();
  await answers;
  // New weights come likewise.
  await Promise.all([phase('waiting'), session.reload()]);
  expect(phases(from)).not.toContain('stopped');
  await session.close();
  expect(sounding()).toEqual([]);
  // The last one heard and played nothing, so it has no take.
  expect(readdirSync(takes)).toHaveLength(2);
  expect(await takesReplay()).toBeGreaterThan(4);
}, 120_000);

it('plays at once where that is asked for, at first or while it waits; or not at all', async () => {
  await open('solo');
  session.command({ type: 'start' });
  await phase('playing');
  const ready = () =>
    new Promise<void>((resolve) => {
      const end = session.watchComing(() => {
        if (!session.coming()?.ready) return;
        end();
        resolve();
      });
    });
  // Cancelled: what played plays on, and in its take.
  const [waits, cancelled] = [ready(), session.load({ model: MODELS[1] })];
  const refused = expect(cancelled).rejects.toMatchObject({ code: 'LOAD_CANCELLED' });
  await waits;
  session.cancelLoad();
  await refused;
  expect([session.describe().model.id, session.coming(), session.loads]).toEqual([MODELS[0], null, false]);
  // Hurried: it does not wait for a phrase that never ends.
  const from = events.length;
  const [waitsAgain, hurried] = [ready(), session.load({ model: MODELS[1] })];
  await waitsAgain;
  session.hurryLoad();
  await hurried;
  await session.load({ model: MODELS[0], when: 'now' });
  expect(phases(from)).not.toContain('stopped');
  await session.close();
  expect(sounding()).toEqual([]);
  expect(readdirSync(takes)).toHaveLength(3);
  expect(await takesReplay()).toBeGreaterThan(4);
}, 120_000);

it('the next one hears the keys that are held', async () => {
  await open('answer');
  const hands = session.hands();
  hands.play({ type: 'noteOn', pitch: 60, velocity: 90 });
  await phase('listening');
  const struck = next((event) => event.type === 'noteOn' && event.voice === 'player' && event.pitch === 60);
  await session.load({ model: MODELS[1], when: 'now' });
  expect(await struck).toMatchObject({ velocity: 90 });
  // The phrase ends when it is released, not before.
  const playing = phase('playing');
  hands.play({ type: 'noteOff', pitch: 60 });
  await playing;
  await session.close();
  expect(sounding()).toEqual([]);
}, 120_000);

it('ends every note that it began, whatever is asked for while it is exchanged', async () => {
  await open('answer');
  const hands = session.hands();
  let seed = 17;
  const random = (n: number) => {
    seed = (seed * 16807) % 2147483647;
    return seed % n;
  };
  const modes: Mode[] = ['answer', 'continue', 'duet', 'solo'];
  const loads: Promise<unknown>[] = [];
  const settled = (load: Promise<void>) => load.catch((error: { code?: string }) => error.code);
  session.command({ type: 'start' });
  for (let move = 0; move < 60; move++) {
    const pitch = 48 + random(24);
    const choice = random(9);
    if (choice < 4) hands.play({ type: 'noteOn', pitch, velocity: 40 + random(80) });
    else if (choice === 4) hands.release();
    else if (choice === 5) session.command({ type: 'mode', mode: modes[random(4)]! });
    else if (choice === 6) session.command({ type: random(2) === 0 ? 'again' : 'start' });
    else if (choice === 7)
      loads.push(
        settled(session.load({ model: MODELS[random(2)]!, when: random(2) === 0 ? 'now' : 'phrase' })),
      );
    else if (random(2) === 0) session.hurryLoad();
    else session.cancelLoad();
    await wait(random(4) * 0.06);
  }
  session.hurryLoad();
  const outcomes = new Set(await Promise.all(loads));
  for (const outcome of outcomes) expect([undefined, 'LOAD_CANCELLED']).toContain(outcome);
  hands.release();
  await session.close();
  expect(sounding()).toEqual([]);
  await takesReplay();
}, 180_000);
