/**
 * What a player does during one step, as a number from 0 to 8. The numbers are permanent: corpora, models and takes hold them.
 *
 * A step is one beat, as in the original: a player who changes is answered at the next beat, and beats are known where bar lines are
 * not (with a tap, a MIDI clock, or a leader who has just begun). Half a bar would show more of a figure, but needs the bar's
 * phase, does not divide bars of three, and answers twice as late.
 *
 * Each gesture is defined by what can be counted in the notes of one player in one step: see `gestureOf` in classify.ts. An *attack*
 * is one note or several that begin together; its *line note* is the highest; a *chord* is an attack of two pitch classes or more, so
 * that octaves are one tone.
 */
export const GESTURES = [
  { id: 'silence', name: 'Silence', means: 'Nothing is struck, and almost nothing sounds.' },
  { id: 'held', name: 'Held', means: 'Nothing is struck; what was struck before sounds on.' },
  { id: 'tone', name: 'One tone', means: 'One attack of one tone.' },
  { id: 'repeated', name: 'Repeated', means: 'Two attacks or more, of the same line note: tones or chords.' },
  {
    id: 'up',
    name: 'Steps up',
    means: 'Two or three attacks that climb by steps, or end higher than they began.',
  },
  {
    id: 'down',
    name: 'Steps down',
    means: 'Two or three attacks that fall by steps, or end lower than they began.',
  },
  {
    id: 'broken',
    name: 'Leap or arpeggio',
    means: 'Two attacks or more, mostly single tones, that move by thirds and wider.',
  },
  { id: 'chord', name: 'Chord', means: 'One chord, or several attacks of which at least half are chords.' },
  {
    id: 'run',
    name: 'Run or ornament',
    means: 'Four attacks or more by steps, or fewer that turn back to where they began.',
  },
] as const;

/** A gesture by its number: 0 to 8, the index in {@link GESTURES}. */
export type Gesture = number;
export type GestureId = (typeof GESTURES)[number]['id'];

export const GESTURE_COUNT: number = GESTURES.length;

/** The number of each gesture, by its id: `gesture.chord` is 7. */
export const gesture: Readonly<Record<GestureId, Gesture>> = Object.fromEntries(
  GESTURES.map(({ id }, number) => [id, number]),
) as Record<GestureId, Gesture>;
