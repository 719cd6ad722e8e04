import { requireCountable } from './countable.js';
import type { Fields } from './header.js';
import { isTimed, settled } from './signs.js';
import type { TuneElement, Voice } from './tune.js';
import { layerBody, type VoiceBuilder } from './voice-builder.js';

/**
 * The voices that have music, in the order in which the header names them, each overlay (`&`) as a layer of its own.
 * Drops signs that belong to no note, with a warning. Throws {@link RefusedTune} where the lengths of a voice are out of
 * bounds.
 */
export function settledVoices(voices: readonly VoiceBuilder[], fields: Fields): Voice[] {
  const order = [...fields.voices.keys()];
  const rank = ({ id }: VoiceBuilder) => (order.includes(id) ? order.indexOf(id) : order.length);
  return voices.toSorted((a, b) => rank(a) - rank(b)).flatMap((voice) => layersOf(voice, fields));
}

function layersOf(voice: VoiceBuilder, fields: Fields): Voice[] {
  const { key, meter } = fields.holding;
  if (voice.left) fields.warn(voice.left.place, `${voice.left.what} with no note after`);
  const kept = keptOf(voice.elements, fields);
  if (!kept.some(isTimed)) return [];
  const { id, name } = voice;
  const { program } = voice.holding;
  const common = {
    ...{ id, key, meter },
    ...(name === undefined ? {} : { name }),
    ...(program === undefined ? {} : { program }),
  };
  const layers = voice.layers.map((overlays, layer): Voice => {
    const stretches = overlays.map(({ over, elements }) => ({ over, elements: keptOf(elements, fields) }));
    const body = layerBody(kept, stretches, (place) =>
      fields.warn(place, 'what stands after & is longer than its bar and is passed over'),
    );
    return { ...common, layer: layer + 1, place: overlays[0]!.over, body };
  });
  const all = [{ ...common, layer: 0, place: voice.place, body: kept }, ...layers];
  for (const { body } of all) requireCountable(body);
  return all;
}

function keptOf(elements: readonly TuneElement[], fields: Fields): TuneElement[] {
  const { key, meter } = fields.holding;
  const { kept, removed } = settled(elements, { key, meter });
  for (const { kind, place } of removed)
    fields.warn(
      place,
      kind === 'tuplet'
        ? 'a tuplet with too few notes is passed over'
        : 'broken rhythm with no note after it changes the note before alone',
    );
  return kept;
}
