import { expect, it } from 'vitest';
import { NoteLedger } from './ledger.js';

function ledger(channelOf?: (voice: string, part?: string) => number) {
  const sent: string[] = [];
  const output = {
    ...(channelOf && { channelOf }),
    noteOn: (pitch: number, velocity: number, voice?: string, part?: string) =>
      sent.push(`on ${pitch} ${velocity} ${voice}${part === undefined ? '' : ` ${part}`}`),
    noteOff: (pitch: number, channel?: number) => sent.push(`off ${pitch}${channel ? ` on ${channel}` : ''}`),
    silence: () => sent.push('silence'),
  };
  return { ledger: new NoteLedger(output), sent };
}

it('ends a pitch that both voices hold when the last of them releases it', () => {
  const { ledger: notes, sent } = ledger();
  notes.on('model', 60, 50);
  notes.on('player', 60, 70);
  notes.off('model', 60);
  expect([...notes.sounding]).toEqual([60]);
  notes.off('player', 60);
  // Struck again while it sounds: it is ended first, since some synths would stack two notes.
  expect(sent).toEqual(['on 60 50 model', 'off 60', 'on 60 70 player', 'off 60']);
  expect(notes.sounding).toEqual([]);
});

it('sends no end for a pitch that a voice does not hold', () => {
  const { ledger: notes, sent } = ledger();
  notes.off('player', 60);
  notes.on('model', 60, 50, 'bass');
  notes.off('player', 60);
  expect(sent).toEqual(['on 60 50 model bass']);
});

it('ends every note by itself before it says "all notes off"', () => {
  const { ledger: notes, sent } = ledger();
  notes.on('model', 60, 50);
  notes.on('player', 64, 50);
  sent.length = 0;
  notes.silence();
  expect(sent).toEqual(['off 60', 'off 64', 'silence']);
  notes.off('model', 60);
  expect(sent).toHaveLength(3);
});

it('keeps channels apart: one pitch sounds on each, and ends on its own', () => {
  const { ledger: notes, sent } = ledger((voice, part) => (voice === 'player' ? 1 : part === 'bass' ? 2 : 3));
  notes.on('player', 60, 70);
  notes.on('model', 60, 50, 'bass');
  notes.on('model', 60, 40, 'chords');
  notes.off('model', 60, 'bass');
  notes.off('player', 60);
  expect(sent).toEqual([
    'on 60 70 player',
    'on 60 50 model bass',
    'on 60 40 model chords',
    'off 60 on 2',
    'off 60 on 1',
  ]);
  notes.silence();
  expect(sent.slice(5)).toEqual(['off 60 on 3', 'silence']);
});

it('ends a pitch that two instruments hold on one channel when the last of them releases it', () => {
  const { ledger: notes, sent } = ledger();
  notes.on('model', 60, 50, 'left');
  notes.on('model', 60, 60, 'right');
  notes.off('model', 60, 'left');
  expect(sent).toEqual(['on 60 50 model left', 'off 60', 'on 60 60 model right']);
  notes.off('model', 60, 'right');
  expect(sent.at(-1)).toBe('off 60');
});
