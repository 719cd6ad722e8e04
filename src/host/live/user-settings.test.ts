import { expect, it } from 'vitest';
import type { ParamSpecs } from '../../plugin/params.js';
import { UserSettings } from './user-settings.js';

const PIANO: ParamSpecs = {
  temperature: { type: 'float', min: 0.1, max: 2, default: 1 },
  lowest: { type: 'pitch', min: 21, max: 108, default: 36 },
};
const FOLK: ParamSpecs = {
  temperature: { type: 'float', min: 0.1, max: 1.5, default: 0.9 },
  key: { type: 'choice', choices: ['G', 'D'], default: 'D' },
};

it('values of the same id go along to another plugin, where they fit, and come back', () => {
  const settings = new UserSettings('answer');
  settings.apply({ type: 'param', id: 'temperature', value: 1.2 });
  settings.apply({ type: 'param', id: 'lowest', value: 48 });
  expect(settings.values(FOLK)).toEqual({ temperature: 1.2, key: 'D' });
  settings.apply({ type: 'param', id: 'temperature', value: 1.8 });
  expect(settings.values(FOLK)).toEqual({ temperature: 0.9, key: 'D' });
  expect(settings.values(PIANO)).toEqual({ temperature: 1.8, lowest: 48 });
});

it('keeps mode, mute and values of each member of a band apart', () => {
  const settings = new UserSettings('answer');
  for (const command of [
    { type: 'mode', mode: 'listen', member: 'folk' },
    { type: 'mute', muted: true, member: 'folk' },
    { type: 'param', id: 'key', value: 'G', member: 'folk' },
    { type: 'param', id: 'lowest', value: 48, member: 'lead' },
  ] as const)
    expect(settings.apply(command)).toBe(true);
  expect([settings.mode, settings.modeOf('folk'), settings.modeOf('piano')]).toEqual([
    'answer',
    'listen',
    undefined,
  ]);
  expect(settings.commands(PIANO, 'answer', [{ id: 'folk', specs: FOLK }])).toEqual([
    { type: 'param', id: 'lowest', value: 48 },
    { type: 'param', id: 'key', value: 'G', member: 'folk' },
    { type: 'mute', muted: true, member: 'folk' },
  ]);
  expect([settings.mutes(), settings.mutes('folk')]).toEqual([false, true]);
});

it('brings an engine to mode, values and running, and says nothing that is so already', () => {
  const settings = new UserSettings('answer');
  expect(settings.commands(PIANO, 'answer')).toEqual([]);
  for (const command of [
    { type: 'start' },
    { type: 'mode', mode: 'duet' },
    { type: 'param', id: 'lowest', value: 48 },
  ] as const)
    expect(settings.apply(command)).toBe(true);
  expect(settings.apply({ type: 'takeBack' })).toBe(false);
  expect(settings.commands(PIANO, 'answer')).toEqual([
    { type: 'mode', mode: 'duet' },
    { type: 'param', id: 'lowest', value: 48 },
    { type: 'start' },
  ]);
  settings.apply({ type: 'stop' });
  settings.apply({ type: 'param', id: 'lowest', value: 36 });
  expect(settings.commands(PIANO, 'duet')).toEqual([]);
});
