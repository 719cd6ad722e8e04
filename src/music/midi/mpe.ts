import type { TickEvent } from './events.js';

const DATA_ENTRY = 6;
const NRPN = [98, 99];
const RPN_LSB = 100;
const RPN_MSB = 101;
/** MPE Configuration Message (MPE 1.0, 2.1). */
const MPE_CONFIGURATION = 6;
const LOWER_MASTER = 0;
const UPPER_MASTER = 15;

/**
 * For each channel of an MPE zone its master, which is one of them: notes of a zone are played, each on a channel of its own,
 * whatever General MIDI says of channel 10, and the master's pedal holds them all. A zone holds for the whole file, as
 * wide as it ever is while notes begin: what is set anew before any note began does not count. Tracks are looked at one by one, as
 * the bytes of RPN 6 stand together.
 */
export function mpeMasters(tracks: readonly (readonly TickEvent[])[]): ReadonlyMap<number, number> {
  const zones = [
    { master: LOWER_MASTER, set: [] as ZoneSize[] },
    { master: UPPER_MASTER, set: [] as ZoneSize[] },
  ];
  for (const events of tracks) {
    const parameters = new Map<number, { msb: number; lsb: number }>();
    for (const event of events) {
      if (event.type !== 'controller') continue;
      const { channel, controllerType, value } = event;
      if (channel !== LOWER_MASTER && channel !== UPPER_MASTER) continue;
      const chosen = parameters.get(channel) ?? { msb: 127, lsb: 127 };
      parameters.set(channel, chosen);
      if (controllerType === RPN_MSB) chosen.msb = value;
      else if (controllerType === RPN_LSB) chosen.lsb = value;
      else if (NRPN.includes(controllerType)) chosen.msb = chosen.lsb = 127;
      else if (controllerType === DATA_ENTRY && chosen.msb === 0 && chosen.lsb === MPE_CONFIGURATION)
        zones
          .find(({ master }) => master === channel)
          ?.set.push({ tick: event.tick, count: Math.min(value, 15) });
    }
  }
  const masters = new Map<number, number>();
  for (const { master, set } of zones) {
    const count = widest(set, tracks);
    if (count === 0) continue;
    for (let index = 0; index <= count; index++)
      masters.set(master === LOWER_MASTER ? index : UPPER_MASTER - index, master);
  }
  return masters;
}

/** The number of member channels of a zone from `tick` on. */
interface ZoneSize {
  readonly tick: number;
  readonly count: number;
}

function widest(set: readonly ZoneSize[], tracks: readonly (readonly TickEvent[])[]): number {
  const sizes = [...set].sort((a, b) => a.tick - b.tick);
  const plays = (from: number, to: number) =>
    tracks.some((events) => events.some(({ type, tick }) => type === 'noteOn' && tick >= from && tick < to));
  const counts = sizes.filter((size, index) => {
    const next = sizes[index + 1];
    return next === undefined || plays(size.tick, next.tick);
  });
  return Math.max(0, ...counts.map(({ count }) => count));
}
