import type { Pitch } from '../../music/units.js';

/** The drums that the panel's kit has. */
export const DRUMS = [
  'kick',
  'snare',
  'sideStick',
  'clap',
  'closedHat',
  'pedalHat',
  'openHat',
  'lowTom',
  'midTom',
  'highTom',
  'crash',
  'ride',
  'rideBell',
  'cowbell',
  'shaker',
] as const;
export type Drum = (typeof DRUMS)[number];

/** General MIDI's keys of percussion, by the drum that plays them. */
const KEYS: Readonly<Record<Drum, readonly Pitch[]>> = {
  kick: [35, 36],
  snare: [38, 40],
  sideStick: [37, 75, 76, 77],
  clap: [39],
  closedHat: [42],
  pedalHat: [44],
  openHat: [46],
  lowTom: [41, 43, 61, 64, 66],
  midTom: [45, 47, 62, 63],
  highTom: [48, 50, 60, 65],
  crash: [49, 52, 55, 57],
  ride: [51, 59],
  rideBell: [53],
  cowbell: [56, 67, 68, 80, 81],
  shaker: [54, 58, 69, 70, 73, 74, 82],
};

const BY_KEY = new Map(DRUMS.flatMap((drum) => KEYS[drum].map((key) => [key, drum] as const)));

/** The drum of a General MIDI key; a key without one is the side stick's. */
export function drumOf(pitch: Pitch): Drum {
  return BY_KEY.get(pitch) ?? 'sideStick';
}

const HATS: ReadonlySet<Drum> = new Set(['closedHat', 'pedalHat', 'openHat']);

/** Whether `struck` ends the sound of `ringing`: the hi-hat is one pair of cymbals. */
export function chokes(struck: Drum, ringing: Drum): boolean {
  return HATS.has(struck) && HATS.has(ringing);
}

/** Stereo position as the drummer hears the kit, -1 left to 1 right. */
export const PLACE: Readonly<Record<Drum, number>> = {
  ...{
    kick: 0,
    snare: -0.08,
    sideStick: -0.08,
    clap: 0.05,
    closedHat: -0.35,
    pedalHat: -0.35,
    openHat: -0.35,
  },
  ...{
    lowTom: 0.4,
    midTom: 0.1,
    highTom: -0.2,
    crash: -0.5,
    ride: 0.5,
    rideBell: 0.5,
    cowbell: 0.25,
    shaker: 0.3,
  },
};

/** How loud a drum is beside the others. */
export const LEVEL: Readonly<Record<Drum, number>> = {
  ...{ kick: 0.95, snare: 0.6, sideStick: 0.45, clap: 0.5, closedHat: 0.28, pedalHat: 0.24, openHat: 0.26 },
  ...{
    lowTom: 0.75,
    midTom: 0.7,
    highTom: 0.65,
    crash: 0.4,
    ride: 0.28,
    rideBell: 0.26,
    cowbell: 0.3,
    shaker: 0.2,
  },
};
