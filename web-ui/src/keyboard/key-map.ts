import type { Pitch } from '../../../src/music/units.js';

/** The computer's keys as a piano, by physical place (`KeyboardEvent.code`), in semitones above the octave's C. */
const SEMITONES: Readonly<Record<string, number>> = {
  KeyA: 0,
  KeyW: 1,
  KeyS: 2,
  KeyE: 3,
  KeyD: 4,
  KeyF: 5,
  KeyT: 6,
  KeyG: 7,
  KeyY: 8,
  KeyH: 9,
  KeyU: 10,
  KeyJ: 11,
  KeyK: 12,
  KeyO: 13,
  KeyL: 14,
  KeyP: 15,
  Semicolon: 16,
};

export const LOWEST_OCTAVE: Pitch = 24;
export const HIGHEST_OCTAVE: Pitch = 96;

/** The pitch of a computer key when the octave starts at `base`; undefined where the key plays nothing. */
export function pitchOfKey(code: string, base: Pitch): Pitch | undefined {
  const semitone = SEMITONES[code];
  return semitone === undefined || base + semitone > 127 ? undefined : base + semitone;
}

/** The label of the key that plays `pitch`; empty where none does. */
export function labelOfPitch(pitch: Pitch, base: Pitch): string {
  const code = Object.keys(SEMITONES).find((key) => SEMITONES[key] === pitch - base);
  return code === undefined ? '' : code === 'Semicolon' ? ';' : code.slice(-1);
}

/** Actions of keys other than notes. */
export type Action =
  | 'startOrStop'
  | 'allOff'
  | 'takeBack'
  | 'again'
  | 'mute'
  | 'octaveDown'
  | 'octaveUp'
  | 'softer'
  | 'louder'
  | 'compose'
  | 'network'
  | 'takes'
  | 'snapshots'
  | 'compare'
  | 'sessions'
  | 'now'
  | 'help';

interface KeyOfAction {
  readonly code: string;
  readonly label: string;
  readonly does: string;
}

export const ACTION_KEYS: Readonly<Record<Action, KeyOfAction>> = {
  startOrStop: { code: 'Space', label: 'Space', does: 'Start or stop' },
  allOff: { code: 'KeyQ', label: 'Q', does: 'All off: silence everything' },
  takeBack: { code: 'Backspace', label: '⌫', does: 'Take back the last turn' },
  again: { code: 'KeyR', label: 'R', does: 'Again: another reply' },
  mute: { code: 'KeyM', label: 'M', does: 'Mute or hear the sound here' },
  octaveDown: { code: 'KeyZ', label: 'Z', does: 'Octave down' },
  octaveUp: { code: 'KeyX', label: 'X', does: 'Octave up' },
  softer: { code: 'KeyC', label: 'C', does: 'Play softer' },
  louder: { code: 'KeyV', label: 'V', does: 'Play louder' },
  compose: { code: 'KeyB', label: 'B', does: 'Make a piece: open or close the drawer' },
  network: { code: 'KeyN', label: 'N', does: 'See the network: open or close the drawer' },
  sessions: { code: 'KeyI', label: 'I', does: 'Sessions: open or close the list' },
  takes: { code: 'Comma', label: ',', does: 'See the takes: open or close the drawer' },
  snapshots: { code: 'Period', label: '.', does: 'Snapshots and forks: open or close the drawer' },
  compare: { code: 'Slash', label: '/', does: 'Compare a fork: show the other of the two' },
  now: { code: 'Escape', label: 'Esc', does: 'Back to now; close a drawer' },
  help: { code: '?', label: '?', does: 'Show or hide the keys' },
};

/** The action of a key; `?` is matched by character, since its position depends on the layout. */
export function actionOfKey(code: string, key: string): Action | undefined {
  const wanted = key === '?' ? '?' : code;
  return (Object.keys(ACTION_KEYS) as Action[]).find((action) => ACTION_KEYS[action].code === wanted);
}

const NAMES = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'] as const;

/** `C4` is middle C, MIDI 60. */
export function pitchName(pitch: Pitch): string {
  return `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}
