import type { Pitch, Velocity } from '../../../src/music/units.js';
import type { Hands } from './hands.js';
import { type Action, actionOfKey, HIGHEST_OCTAVE, LOWEST_OCTAVE, pitchOfKey } from './key-map.js';

const SOFTEST: Velocity = 24;
const LOUDEST: Velocity = 120;
const STEP = 16;

/** The computer keyboard: some keys play, some are shortcuts; none is active in text fields and lists. */
export class ComputerKeys {
  /** The pitch of the A key. */
  base: Pitch = 60;
  velocity: Velocity = 88;

  constructor(
    readonly hands: Hands,
    readonly act: (action: Action) => void,
  ) {}

  down(event: KeyboardEvent): void {
    // Input that is being composed (IME) is not music.
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.composedPath()[0];
    if (takesText(target)) return;
    if (event.code.startsWith('Shift')) {
      if (!event.repeat) this.hands.pedal(event.code, true, event.timeStamp / 1000);
      return;
    }
    const pitch = pitchOfKey(event.code, this.base);
    if (pitch !== undefined && event.key !== '?') {
      event.preventDefault();
      if (!event.repeat) this.hands.press(event.code, pitch, this.velocity, event.timeStamp / 1000);
      return;
    }
    const action = actionOfKey(event.code, event.key);
    if (action === undefined || (event.code === 'Space' && takesSpace(target))) return;
    // A held space bar must not scroll the page either.
    if (action !== 'now') event.preventDefault();
    if (!event.repeat) this.act(action);
  }

  up(event: KeyboardEvent): void {
    if (event.code.startsWith('Shift')) this.hands.pedal(event.code, false, event.timeStamp / 1000);
    // While Command is down, a Mac does not report the release of other keys.
    else if (event.code.startsWith('Meta')) this.hands.letGo((source) => pitchOfKey(source, 0) !== undefined);
    else this.hands.release(event.code, event.timeStamp / 1000);
  }

  shiftOctave(by: 1 | -1): void {
    this.base = Math.min(HIGHEST_OCTAVE, Math.max(LOWEST_OCTAVE, this.base + 12 * by));
  }

  /** Changes the velocity of the keys. */
  shiftTouch(by: 1 | -1): void {
    this.velocity = Math.min(LOUDEST, Math.max(SOFTEST, this.velocity + STEP * by));
  }
}

/** Whether letters typed there are text or a choice. */
function takesText(target: EventTarget | undefined): boolean {
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox';
}

function takesSpace(target: EventTarget | undefined): boolean {
  if (target instanceof HTMLInputElement) return target.type === 'checkbox';
  return target instanceof HTMLElement && target.matches('button, summary');
}
