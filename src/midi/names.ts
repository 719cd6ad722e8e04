import { ContinuoError } from '../errors.js';

/** ALSA's `client:port` number at the end of a name, as RtMidi writes it: "Midi Through:Midi Through Port-0 14:0". */
const ALSA_NUMBER = / \d+:\d+$/;

/** A name without ALSA's numbers, which change when a device is plugged in again. */
export function unnumbered(name: string): string {
  return name.replace(ALSA_NUMBER, '');
}

/** A port's own name, without the name of ALSA's client before it and the numbers after it. */
export function portTitle(name: string): string {
  const bare = unnumbered(name);
  return bare === name ? name : bare.slice(bare.indexOf(':') + 1);
}

/** Makes names unique: the second "Keys" is "Keys (2)". A name does not change while its port keeps its place in the list. */
export function distinctNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

/**
 * What easymidi calls the ports of these names, all of the system's in its order: the second "Keys" is "Keys1", or the
 * first of "Keys1", "Keys2" … that no port before it has (getInputs and getOutputs of easymidi 3.2.0).
 */
export function easymidiNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let numbered = name;
    for (let count = 1; taken.has(numbered); count++) numbered = `${name}${count}`;
    taken.add(numbered);
    return numbered;
  });
}

/**
 * The index in `names` of the port that `wanted` means: the whole name, else the whole name but for ALSA's numbers
 * (which change when a device is plugged in again), else a part of exactly one name; upper and lower case alike.
 * Throws PORT_NOT_FOUND, listing what there is, and PORT_AMBIGUOUS, listing the matches.
 */
export function findPort(wanted: string, names: readonly string[], kind: 'input' | 'output'): number {
  const exact = names.indexOf(wanted);
  if (exact >= 0) return exact;
  const needle = wanted.trim().toLowerCase();
  const lower = names.map((name) => name.toLowerCase());
  const bare = unnumbered(needle);
  const rules: ((name: string) => boolean)[] = [
    (name) => name === needle,
    (name) => unnumbered(name) === bare,
    (name) => needle !== '' && name.includes(needle),
  ];
  for (const matches of rules) {
    const found = lower.flatMap((name, index) => (matches(name) ? [index] : []));
    if (found.length === 1) return found[0]!;
    if (found.length > 1)
      throw new ContinuoError(
        'PORT_AMBIGUOUS',
        `"${wanted}" is part of ${found.length} MIDI ${kind}s: ${listed(found.map((index) => names[index]!))}.`,
        'Give more of the name.',
      );
  }
  throw new ContinuoError(
    'PORT_NOT_FOUND',
    names.length === 0
      ? `There is no MIDI ${kind} "${wanted}": this system has no MIDI ${kind}s now.`
      : `There is no MIDI ${kind} "${wanted}". There ${names.length === 1 ? 'is' : 'are'}: ${listed(names)}.`,
    names.length === 0
      ? 'Plug in a MIDI device or start a synth; `continuo doctor` says what is missing.'
      : 'Give one of these names, or a part that only one of them has.',
  );
}

const listed = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
