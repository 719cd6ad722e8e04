/** Time in seconds. Sessions and music count in seconds; ticks live only inside MIDI files, milliseconds only at timers. */
export type Seconds = number;

/** A MIDI note number, 0 to 127; 60 is middle C. */
export type Pitch = number;

/** A MIDI velocity of a sounding note, 1 to 127. */
export type Velocity = number;
