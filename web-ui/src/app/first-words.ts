import type { Mode } from '../../../src/session/commands.js';
import type { Panel } from './panel.js';

const HOW = 'keys A\u00a0to\u00a0K, a MIDI keyboard, or tap below.';

/** What happens after one plays, by mode. */
const THEN: Readonly<Record<Mode, string>> = {
  answer: 'When you pause, the model answers.',
  continue: 'When you pause, the model goes on.',
  duet: 'The model plays along.',
  solo: '',
  listen: 'The model listens.',
};

export interface FirstWords {
  /** The hint; empty: none. */
  readonly words: string;
  /** Whether music is already shown, so that the hint stands beside it. */
  readonly beside: boolean;
}

/** The hint for a first-time user: what to do next, until the model has been heard. */
export function firstWords(
  panel: Pick<Panel, 'connected' | 'running' | 'firstNoteStarts' | 'description' | 'store'>,
): FirstWords {
  const { connected, running, firstNoteStarts, description, store } = panel;
  const beside = store.notes.length > 0;
  if (!connected || description === undefined) return { words: '', beside };
  const then = THEN[description.mode];
  if (running && beside) return { words: description.mode === 'listen' ? '' : then, beside };
  if (description.mode === 'solo')
    return { words: running ? '' : 'Press Start: the model plays alone.', beside };
  if (running || firstNoteStarts) return { words: `Play: ${HOW} ${then}`, beside };
  return { words: beside ? 'Press Start, then play.' : `Press Start, then play: ${HOW}`, beside };
}

/** Whether the model has been heard by `now`. */
export function modelHeard({ store }: Pick<Panel, 'store'>, now: number): boolean {
  return store.notes.some(({ voice, start }) => voice === 'model' && start <= now);
}
