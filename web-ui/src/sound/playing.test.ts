import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlayerEvent } from '../../../src/protocol/session-protocol.js';
import type { Mode } from '../../../src/session/commands.js';
import { handOver, type Phase, stateSentence } from '../app/state-sentence.js';
import { Hands } from '../keyboard/hands.js';
import {
  ACTION_KEYS,
  type Action,
  actionOfKey,
  labelOfPitch,
  pitchName,
  pitchOfKey,
} from '../keyboard/key-map.js';
import { readMidi } from './midi-message.js';

describe('Hands', () => {
  const source = fc.constantFrom('KeyA', 'pointer 1', 'midi x 60');
  const doing = fc.oneof(
    fc.record({ do: fc.constant('press' as const), source, pitch: fc.integer({ min: 60, max: 62 }) }),
    fc.record({ do: fc.constant('release' as const), source }),
    fc.record({ do: fc.constant('pedal' as const), source, down: fc.boolean() }),
  );

  it('never strikes a pitch that is down, never ends one that is not, and leaves nothing down', () => {
    fc.assert(
      fc.property(fc.array(doing), (doings) => {
        const down = new Set<number | 'pedal'>();
        const hands = new Hands(
          () => 0,
          (event) => {
            const key = event.type === 'pedal' ? 'pedal' : event.pitch;
            const goesDown = event.type === 'noteOn' || (event.type === 'pedal' && event.down);
            expect(down.has(key)).toBe(!goesDown);
            if (goesDown) down.add(key);
            else down.delete(key);
          },
        );
        for (const step of doings) {
          if (step.do === 'press') hands.press(step.source, step.pitch, 80);
          else if (step.do === 'release') hands.release(step.source);
          else hands.pedal(step.source, step.down);
        }
        hands.letGo();
        expect(down.size).toBe(0);
        expect(hands.held.size).toBe(0);
      }),
    );
  });

  it('ends the note that a key began, whatever octave is set meanwhile', () => {
    const events: PlayerEvent[] = [];
    const hands = new Hands(
      () => 0,
      (event) => events.push(event),
    );
    hands.press('KeyA', pitchOfKey('KeyA', 60)!, 80);
    hands.press('KeyA', pitchOfKey('KeyA', 72)!, 80);
    hands.release('KeyA');
    expect(events.map((event) => event.type !== 'pedal' && [event.type, event.pitch])).toEqual([
      ['noteOn', 60],
      ['noteOff', 60],
      ['noteOn', 72],
      ['noteOff', 72],
    ]);
  });

  it('says when, as the browser does, however late it is told', () => {
    const times: number[] = [];
    const hands = new Hands(
      () => 9,
      (_, at) => times.push(at),
    );
    hands.press('KeyA', 60, 80, 7.5);
    hands.release('KeyA', 8);
    hands.press('KeyA', 60, 80, 8.5);
    hands.letGo();
    expect(times).toEqual([7.5, 8, 8.5, 9]);
  });

  it('lets go of one keyboard and holds the other', () => {
    const hands = new Hands(
      () => 0,
      () => {},
    );
    hands.press('midi 1 60', 60, 80);
    hands.press('KeyA', 62, 80);
    hands.letGo((source) => source.startsWith('midi 1 '));
    expect([...hands.held]).toEqual([62]);
  });
});

describe('the keys', () => {
  it('play a piano from A on, and are labelled so', () => {
    expect(['KeyA', 'KeyW', 'KeyS', 'KeyK', 'Semicolon'].map((code) => pitchOfKey(code, 60))).toEqual([
      60, 61, 62, 72, 76,
    ]);
    expect([pitchOfKey('KeyQ', 60), pitchOfKey('KeyP', 120)]).toEqual([undefined, undefined]);
    expect([60, 61, 76, 77].map((pitch) => labelOfPitch(pitch, 60))).toEqual(['A', 'W', ';', '']);
  });

  it('do one thing each', () => {
    for (const action of Object.keys(ACTION_KEYS) as Action[]) {
      const { code } = ACTION_KEYS[action];
      expect(actionOfKey(code, code === '?' ? '?' : 'x')).toBe(action);
      expect(pitchOfKey(code, 60)).toBeUndefined();
    }
    expect(actionOfKey('KeyA', 'a')).toBeUndefined();
  });

  it('have names', () => {
    expect([0, 21, 60, 61, 127].map(pitchName)).toEqual(['C-1', 'A0', 'C4', 'C♯4', 'G9']);
  });
});

describe('readMidi', () => {
  it('reads notes, the pedal and all off', () => {
    expect(readMidi([0x93, 60, 100])).toEqual({ type: 'noteOn', pitch: 60, velocity: 100 });
    expect(readMidi([0x90, 60, 0])).toEqual({ type: 'noteOff', pitch: 60 });
    expect(readMidi([0x80, 60, 64])).toEqual({ type: 'noteOff', pitch: 60 });
    expect(readMidi([0xb0, 64, 64])).toEqual({ type: 'pedal', down: true });
    expect(readMidi([0xb0, 64, 63])).toEqual({ type: 'pedal', down: false });
    expect(readMidi([0xb0, 123, 0])).toEqual({ type: 'allOff' });
  });

  it('passes over everything else', () => {
    for (const bytes of [[], [0xfe], [0x90, 60], [0xc0, 5, 0], [0xe0, 0, 64], [0x90, 200, 1], [0xb0, 1, 1]])
      expect(readMidi(bytes)).toBeUndefined();
  });
});

describe('the state', () => {
  it('is a sentence in every phase and mode', () => {
    const said = (
      phase: Pick<Phase, 'phase' | 'takeOverAt' | 'held'>,
      mode: Mode,
      handingOver = false,
      firstNoteStarts = false,
    ) => stateSentence(phase, mode, { handingOver, firstNoteStarts });
    expect(said({ phase: 'waiting' }, 'answer')).toBe('Your turn');
    expect(said({ phase: 'listening' }, 'answer')).toBe('Listening');
    expect(said({ phase: 'listening' }, 'answer', true)).toBe('Taking over');
    expect(said({ phase: 'playing' }, 'solo')).toBe('Playing alone');
    expect(said({ phase: 'waiting' }, 'listen')).toBe('Ready to listen');
    expect(said({ phase: 'waiting', takeOverAt: 5 }, 'solo')).toBe('Going on soon');
    expect(said({ phase: 'waiting' }, 'solo')).toBe('Silent: press Start');
    expect(said({ phase: 'stopped' }, 'duet')).toBe('Stopped');
    expect(said({ phase: 'stopped' }, 'duet', false, true)).toBe('Ready');
    for (const phase of ['waiting', 'listening'] as const)
      expect(said({ phase, held: true }, 'solo')).toBe('A piece plays');
    expect(said({ phase: 'stopped', held: true }, 'duet', false, true)).toBe('A piece plays');
    expect(said({ phase: 'stopped', held: true }, 'duet')).toBe('Stopped');
  });

  it('fills as the hand-over nears', () => {
    const phase = { type: 'phase', phase: 'listening', time: 10, takeOverAt: 12 } as const;
    expect([9, 10, 11, 12, 13].map((now) => handOver(phase, now))).toEqual([0, 0, 0.5, 1, 1]);
    expect(handOver({ type: 'phase', phase: 'waiting', time: 10 }, 11)).toBeUndefined();
    expect(handOver({ ...phase, takeOverAt: 10 }, 10)).toBe(1);
  });
});
