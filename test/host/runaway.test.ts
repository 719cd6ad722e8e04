import { expect, it } from 'vitest';
import { repeatedShare } from '../../dist/evaluation/piano/windows.js';
import { openHostPerformer } from '../../dist/host/models/open-host-performer.js';
import type { StepEngine } from '../../dist/model/engine.js';
import type { Note } from '../../dist/music/note.js';
import { PlayedNotes } from '../../dist/session/played-notes.js';
import { Session } from '../../dist/session/session.js';

/** The model's turn is forced from its third second to its fourteenth, and is its own again for as long. */
const [FORCED, FREE, OVER] = [3, 14, 44];
/** So long after it is its own again, the music is what people play. */
const SOON = 10;
const VELOCITY = 64;
const CHORDS = [
  [48, 60, 64, 67],
  [45, 60, 64, 69],
  [53, 60, 65, 69],
  [55, 59, 62, 67],
];

/** An engine that would play one pitch after the other, each at its loudest: an onset, a moment, its end. */
class Hammer {
  /** Nats that it adds to the token that is next; null: it plays nothing else. */
  nats: number | null = 0;
  #next = 0;
  #cycle: readonly number[];

  constructor(symbols: readonly { readonly type: string }[], pitches: readonly number[], steps: number) {
    const find = (wanted: object) =>
      symbols.findIndex((symbol) =>
        Object.entries(wanted).every(([key, value]) => symbol[key as 'type'] === value),
      );
    this.#cycle = pitches.flatMap((pitch) => [
      find({ type: 'on', pitch, bin: 15 }),
      find({ type: 'shift', steps }),
      find({ type: 'off', pitch }),
    ]);
    expect(Math.min(...this.#cycle)).toBeGreaterThanOrEqual(0);
  }

  around(engine: StepEngine): StepEngine {
    return Object.assign(Object.create(engine) as StepEngine, {
      spec: engine.spec,
      createState: () => engine.createState(),
      dispose: () => engine.dispose(),
      step: (...args: Parameters<StepEngine['step']>) => {
        const logits = engine.step(...args);
        return this.nats === 0 ? logits : this.#force(args[1][0]!, logits);
      },
    });
  }

  #force(token: number, logits: Float32Array): Float32Array {
    if (token === this.#cycle[this.#next]) this.#next = (this.#next + 1) % this.#cycle.length;
    if (this.nats !== null) {
      const pushed = logits.slice();
      pushed[this.#cycle[this.#next]!]! += this.nats;
      return pushed;
    }
    const forced = logits.map((nats) => nats - 60);
    // What the stream forbids (a key that is down) is passed over.
    for (let after = 0; after < 3; after++)
      forced[this.#cycle[(this.#next + after) % this.#cycle.length]!] = 60 - 20 * after;
    return forced;
  }
}

/** A jam with piano-pop in the mode continue: the player's chords, then the model's turn. Its notes, from its beginning. */
async function jam(
  pitches: readonly number[],
  steps: number,
  lead: number,
  natsAt: (time: number) => number | null = (time) => (time >= FORCED && time < FREE ? null : 0),
  seed = 3,
): Promise<Note[]> {
  const setup = {
    plugin: 'piano',
    model: 'piano-pop',
    engine: 'kernel',
    precision: 'int8',
    seed,
  } as const;
  const performer = await openHostPerformer(setup);
  const hammer = new Hammer((performer.codec as unknown as { symbols: [] }).symbols, pitches, steps);
  const playedNotes = new PlayedNotes();
  const session = new Session({
    ...performer,
    engine: hammer.around(performer.engine),
    pluginParams: performer.descriptor.params,
    output: { noteOn: () => {}, noteOff: () => {}, silence: () => {} },
    mode: 'continue',
    time: 0,
    emit: (event) => playedNotes.add(event),
    record: () => {},
  });
  session.command({ type: 'start' }, 0);
  for (const id of ['lead', 'likeYou']) session.command({ type: 'param', id, value: lead }, 0);
  for (let beat = 0; beat < 40; beat++) {
    const chord = CHORDS[Math.floor(beat / 2) % 4]!;
    const struck = beat % 2 === 0 ? chord : [chord[1]!, chord[3]! + 12];
    for (const pitch of struck)
      session.input({ type: 'noteOn', time: 0.5 * beat, pitch, velocity: VELOCITY });
    for (const pitch of struck) session.input({ type: 'noteOff', time: 0.5 * beat + 0.45, pitch });
  }
  let now = 20;
  for (; session.phase !== 'playing'; now += 0.01) session.advance(now);
  const began = now;
  for (; now < began + OVER; now += 0.02) {
    hammer.nats = natsAt(now - began);
    session.advance(now);
  }
  session.command({ type: 'stop' }, now);
  performer.engine.dispose();
  const notes = playedNotes.notes('model', now);
  return notes.map((note) => ({ ...note, start: note.start - began, end: note.end - began }));
}

/** What ten seconds from there are like. */
function heard(notes: readonly Note[], from: number) {
  const within = notes.filter(({ start }) => start >= from && start < from + 10);
  return {
    density: within.length / 10,
    velocity: within.reduce((sum, { velocity }) => sum + velocity, 0) / within.length,
    repeated: repeatedShare(within.map(({ pitch }) => pitch)),
  };
}

const FIGURE = [60, 67, 64, 72];
/** Nats with which the figure is pushed. */
const PUSH = 9;
/** All keys of four octaves, each a fourth from the last: no figure comes again for long. */
const FLOOD = Array.from({ length: 49 }, (_, index) => 36 + ((index * 5) % 49));

it.each([
  ['hammers one figure at the top of its voice', FIGURE, 7],
  ['floods the keys', FLOOD, 3],
])(
  'a model that %s is led back within ten seconds of being let go',
  async (_, pitches, steps) => {
    const notes = await jam(pitches, steps, 1);
    const forced = heard(notes, FORCED + 0.5);
    expect(forced.velocity).toBeGreaterThan(118);
    expect(forced.density).toBeGreaterThan(12);
    for (const from of [FREE + SOON, FREE + 2 * SOON]) {
      const later = heard(notes, from);
      expect(later.density).toBeGreaterThan(0.5);
      expect(later.density).toBeLessThan(10);
      expect(later.velocity).toBeLessThan(VELOCITY + 24);
      expect(later.repeated).toBeLessThan(0.4);
    }
  },
  120_000,
);

it('a model that floods the keys comes back because it is led', async () => {
  // Of 12 seeds, 2 stay out of range for half a minute where nothing leads; this is one.
  const [led, free] = [await jam(FLOOD, 3, 1, undefined, 8), await jam(FLOOD, 3, 0, undefined, 8)];
  for (const from of [FREE + SOON, FREE + 2 * SOON]) {
    expect(heard(free, from).density).toBeGreaterThan(10);
    expect(heard(led, from).density).toBeLessThan(10);
  }
}, 120_000);

it('a model that is pushed into one figure all the time is held back; not led, it plays little else', async () => {
  const pushed = () => PUSH;
  const [led, free] = [await jam(FIGURE, 7, 1, pushed), await jam(FIGURE, 7, 0, pushed)];
  for (const from of [SOON, 2 * SOON, 3 * SOON]) {
    expect(heard(free, from).repeated).toBeGreaterThan(0.8);
    expect(heard(free, from).velocity).toBeGreaterThan(118);
    expect(heard(led, from).repeated).toBeLessThan(0.5);
    expect(heard(led, from).velocity).toBeLessThan(100);
  }
}, 120_000);
