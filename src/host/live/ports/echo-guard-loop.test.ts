import { expect, it } from 'vitest';
import type { MidiMessage } from '../../../midi/index.js';
import { randomSource } from '../../../model/keras-init.js';
import { NoteLedger } from '../../../session/ledger.js';
import { EchoGuard } from './echo-guard.js';
import { SentLog } from './sent-log.js';

/** A queue of actions in order of time. */
function agenda() {
  const coming: { time: number; does: () => void }[] = [];
  let now = 0;
  return {
    now: () => now,
    at: (time: number, does: () => void) => void coming.push({ time, does }),
    run: (until: number) => {
      while (coming.length > 0 && now < until) {
        coming.sort((one, other) => one.time - other.time);
        const { time, does } = coming.shift()!;
        now = time;
        does();
      }
    },
  };
}

/** A minute in a loop: player and model alternate on keys of one octave, and the player's notes are forwarded. */
function looped(seed: number, known: boolean) {
  const random = randomSource(seed);
  const { now, at, run } = agenda();
  const log = new SentLog();
  const guard = new EchoGuard(log, () => {});
  guard.know(known, 0);
  const down = new Set<number>();
  const count = { playerDropped: 0, echoesHeard: 0 };
  let last = 0;
  const send = (message: MidiMessage, sentOn: boolean) => {
    log.add(message, now(), sentOn);
    last = Math.max(last + 1e-6, now() + 0.001 + 0.003 * random());
    at(last, () => hear(message, 'echo'));
  };
  const ledger = new NoteLedger({
    noteOn: (pitch, velocity, voice) => send([0x90, pitch, velocity], voice === 'player'),
    noteOff: (pitch) => send([0x80, pitch, 64], false),
    silence: () => {},
  });
  const sendOn = ([status, pitch, velocity]: MidiMessage) => {
    if (status === 0x80 && !down.delete(pitch)) return;
    ledger.off('player', pitch);
    if (status === 0x80) return;
    down.add(pitch);
    ledger.on('player', pitch, velocity!);
  };
  const hear = (message: MidiMessage, what: 'echo' | 'player') => {
    const dropped = guard.hears(message, now());
    if (what === 'player' && dropped) count.playerDropped++;
    if (what === 'echo' && !dropped) count.echoesHeard++;
    if (!dropped) at(now() + 0.001, () => sendOn(message));
  };
  for (let i = 0; i < 400; i++) {
    const start = 10 + 0.15 * i + 0.05 * random();
    const [pitch, velocity] = [60 + Math.floor(12 * random()), 40 + Math.floor(80 * random())];
    const end = start + 0.05 + 0.2 * random();
    const player = i % 2 === 0;
    at(start, () => (player ? hear([0x90, pitch, velocity], 'player') : ledger.on('model', pitch, velocity)));
    at(end, () => (player ? hear([0x80, pitch, 64], 'player') : ledger.off('model', pitch)));
  }
  run(200);
  return { ...count, down: [...down], sounding: ledger.sounding, ended: now() < 100 };
}

const ended = { down: [], sounding: [], ended: true };

it.each([1, 2, 3, 4, 5, 6])(
  'in a loop that the system tells of, the player is heard and nothing else: %d',
  (seed) => {
    const { playerDropped, echoesHeard, ...rest } = looped(seed, true);
    expect(rest).toEqual(ended);
    // If both release a key within a few milliseconds, one release is mistaken for the other.
    expect(playerDropped).toBeLessThan(2);
    expect(echoesHeard).toBe(playerDropped);
  },
);

it.each([1, 2, 3, 4, 5, 6])(
  'in one that it does not tell of no key stays down and nothing goes round: %d',
  (seed) => {
    const { playerDropped, echoesHeard, ...rest } = looped(seed, false);
    expect(rest).toEqual(ended);
    // At first, releases of keys that are up, and echoes of the player's own note-ons.
    expect(playerDropped).toBeLessThan(9);
    expect(echoesHeard).toBeLessThan(90);
  },
);
