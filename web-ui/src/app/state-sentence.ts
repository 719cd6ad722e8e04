import type { Seconds } from '../../../src/music/units.js';
import type { Mode } from '../../../src/session/commands.js';
import type { SessionEvent } from '../../../src/session/events.js';

export type Phase = Extract<SessionEvent, { type: 'phase' }>;

const PLAYING: Readonly<Record<Mode, string>> = {
  answer: 'Answering',
  continue: 'Going on from you',
  duet: 'Playing along',
  solo: 'Playing alone',
  listen: 'Playing',
};

/** The state of the turn, as a short sentence for the top bar. */
export function stateSentence(
  { phase, takeOverAt, held }: Pick<Phase, 'phase' | 'takeOverAt' | 'held'>,
  mode: Mode,
  { handingOver, firstNoteStarts }: { readonly handingOver: boolean; readonly firstNoteStarts: boolean },
): string {
  // In states where a note would start the session, or an answer would be expected.
  if (held && (phase !== 'stopped' || firstNoteStarts)) return 'A piece plays';
  switch (phase) {
    case 'stopped':
      return firstNoteStarts ? 'Ready' : 'Stopped';
    case 'waiting':
      if (mode === 'solo') return takeOverAt === undefined ? 'Silent: press Start' : 'Going on soon';
      return mode === 'listen' ? 'Ready to listen' : 'Your turn';
    case 'listening':
      return handingOver ? 'Taking over' : 'Listening';
    case 'playing':
      return PLAYING[mode];
    case 'together':
      return 'Playing together';
  }
}

/** Progress towards the hand-over, 0 to 1; undefined where the model will not take over. */
export function handOver(phase: Phase, now: Seconds): number | undefined {
  if (phase.takeOverAt === undefined) return undefined;
  const wait = phase.takeOverAt - phase.time;
  return wait <= 0 ? 1 : Math.min(1, Math.max(0, (now - phase.time) / wait));
}
