import { expect, it } from 'vitest';
import { NoteLedger } from './ledger.js';

function ledger() {
  const sent: string[] = [];
  const output = {
    noteOn: (pitch: number, velocity: number, voice?: string, part?: string) =>
      sent.push(`on ${pitch} ${velocity} ${voice}${part === undefined ? '' : ` ${part}`}`),
    noteOff: (pitch: number) => sent.push(`off ${pitch}`),
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
