import { describe, expect, it } from 'vitest';
import { distinctNames, easymidiNames, findPort, portTitle } from './names.js';

const ALSA = [
  'Midi Through:Midi Through Port-0 14:0',
  'Keys:Keys MIDI 1 20:0',
  'Keys Two:Keys Two MIDI 1 24:0',
];

describe('findPort', () => {
  it.each([
    ['Keys:Keys MIDI 1 20:0', 1],
    ['keys:keys midi 1 20:0', 1],
    ['Keys:Keys MIDI 1', 1],
    ['through', 0],
    [' Two ', 2],
    ['24:0', 2],
  ])('finds %j', (wanted, index) => {
    expect(findPort(wanted, ALSA, 'input')).toBe(index);
  });

  it('finds a device that was plugged in again under another number', () => {
    expect(findPort('Keys:Keys MIDI 1 32:0', ALSA, 'input')).toBe(1);
    expect(() => findPort('Keys:Keys MIDI 9 20:0', ALSA, 'input')).toThrow('There is no MIDI input');
  });

  it('takes the whole name before a part of another', () => {
    expect(findPort('keys', ['Keys Two', 'Keys'], 'input')).toBe(1);
  });

  it('lists what there is', () => {
    expect(() => findPort('organ', ALSA, 'output')).toThrow(
      expect.objectContaining({
        code: 'PORT_NOT_FOUND',
        message: `There is no MIDI output "organ". There are: "${ALSA[0]}", "${ALSA[1]}", "${ALSA[2]}".`,
      }),
    );
    expect(() => findPort('organ', ['Keys'], 'input')).toThrow('There is: "Keys".');
    expect(() => findPort('organ', [], 'input')).toThrow('this system has no MIDI inputs now');
  });

  it('lists the matches of a part that several have', () => {
    expect(() => findPort('keys', ALSA, 'input')).toThrow(
      expect.objectContaining({
        code: 'PORT_AMBIGUOUS',
        message: `"keys" is part of 2 MIDI inputs: "${ALSA[1]}", "${ALSA[2]}".`,
      }),
    );
  });

  it('takes no name for no port', () => {
    expect(() => findPort(' ', ['Keys'], 'input')).toThrow(
      expect.objectContaining({ code: 'PORT_NOT_FOUND' }),
    );
  });
});

describe('distinctNames', () => {
  it('numbers ports of one name from the second on', () => {
    expect(distinctNames(['a', 'b', 'a', 'a'])).toEqual(['a', 'b', 'a (2)', 'a (3)']);
  });

  it('lets the first be chosen by the name that it shares', () => {
    expect(findPort('a', distinctNames(['a', 'a']), 'input')).toBe(0);
    expect(findPort('a (2)', distinctNames(['a', 'a']), 'input')).toBe(1);
  });
});

describe('easymidiNames', () => {
  it('numbers ports of one name as easymidi does', () => {
    expect(easymidiNames(['a', 'b', 'a', 'a'])).toEqual(['a', 'b', 'a1', 'a2']);
    expect(easymidiNames(['a1', 'a', 'a', 'a1'])).toEqual(['a1', 'a', 'a2', 'a11']);
  });
});

describe('portTitle', () => {
  it.each([
    ['RtMidi Output Client:Continuo 129:0', 'Continuo'],
    ['Midi Through:Midi Through Port-0 14:0', 'Midi Through Port-0'],
    ['Launchkey: Port 2', 'Launchkey: Port 2'],
    ['Continuo', 'Continuo'],
  ])('of %j is %j', (name, title) => {
    expect(portTitle(name)).toBe(title);
  });
});
