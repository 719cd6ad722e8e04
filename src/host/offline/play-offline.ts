import { ContinuoError } from '../../errors.js';
import { beatsOfPiece } from '../../music/beats/of-piece.js';
import type { MidiPiece } from '../../music/midi/piece.js';
import type { Note, Performance } from '../../music/note.js';
import { byStartThenPitch } from '../../music/pedal.js';
import type { Seconds } from '../../music/units.js';
import { type AskedOptions, completeOptions } from '../../plugin/compose-request.js';
import type { ParamValues } from '../../plugin/definition.js';
import type { PluginVoice } from '../../plugin/live.js';
import { MOST_RINGING, type OfflinePart } from '../../plugin/offline.js';
import { named } from '../compose/checked-composer.js';
import type { OpenOffline } from './open-offline.js';

/** A {@link PlayOffline.piece} that is played with, and how. */
export interface PlayOffline {
  readonly piece: MidiPiece;
  /** Its tracks but the drums, as played at one keyboard; without notes where there are drums alone. */
  readonly performance: Performance;
  /** For how long. Default: where the plugin accompanies, to the end of the file. */
  readonly seconds?: Seconds | undefined;
  /** Bars that are counted in before the file begins. Default 0. */
  readonly countIn?: number | undefined;
  readonly params: ParamValues;
  readonly options?: AskedOptions;
  readonly progress?: (share: number) => void;
}

/** The notes of one instrument; `voice` is null where it is the file's own. */
export interface PlayedPart {
  readonly voice: PluginVoice | null;
  readonly notes: readonly Note[];
}

export interface PlayedOffline {
  /** One for each voice, in the order of the plugin's; times are those of the file. */
  readonly parts: readonly PlayedPart[];
  readonly from: Seconds;
  readonly until: Seconds;
}

/** How long a continuation is where nobody says. */
export const USUAL_SECONDS: Seconds = 30;
/** A note on the beginning may be computed to lie this much before it. */
const ROUNDING: Seconds = 1e-3;

/**
 * Has a plugin play on from a whole file, or along with it, and checks what it plays. Throws PARAM_UNKNOWN, PARAM_VALUE, BEATS_MISSING
 * where bars are counted in and the file has none, the plugin's own coded errors, and PLUGIN_FAILED where its code fails otherwise or
 * plays what no file can have.
 */
export async function playOffline(
  { descriptor, offline, extension, voices, model, seed, check }: OpenOffline,
  { piece, performance, seconds, countIn = 0, params, options = {}, progress }: PlayOffline,
): Promise<PlayedOffline> {
  const continues = offline.does === 'continues';
  const end = continues ? piece.duration + (seconds ?? USUAL_SECONDS) : piece.duration;
  const until = continues ? end : Math.min(end, seconds ?? end);
  const beats = () => beatsOfPiece(piece, performance, piece.duration);
  const from = continues ? piece.duration : countIn === 0 ? 0 : -countIn * firstBar(beats());
  const complete = completeOptions(offline, options);
  const parts = await named(descriptor.id, () =>
    extension.play({
      ...{ piece, performance, beats, from, until, params, seed, model, options: complete },
      progress(share) {
        check();
        progress?.(share);
      },
    }),
  );
  return { parts: checkedParts(parts, voices, { plugin: descriptor.id, from, until }), from, until };
}

/** The length of the first bar. */
function firstBar({ beats, bars }: ReturnType<typeof beatsOfPiece>): Seconds {
  return bars[0]! * (beats[1]! - beats[0]!);
}

interface Span {
  readonly plugin: string;
  readonly from: Seconds;
  readonly until: Seconds;
}

function checkedParts(parts: readonly OfflinePart[], voices: readonly PluginVoice[], span: Span) {
  if (!Array.isArray(parts)) throw failed(span, 'gave no list of parts');
  const voiceIds = [undefined, ...voices.map(({ id }) => id)];
  const strange = parts.find((part) => !Array.isArray(part?.notes) || !voiceIds.includes(part.voice));
  if (strange)
    throw failed(
      span,
      `gave a part without notes, or of a voice that it does not have: ${JSON.stringify(strange?.voice)}`,
    );
  for (const { notes } of parts) for (const note of notes) checkNote(note, span);
  return [null, ...voices].flatMap((voice): PlayedPart[] => {
    const own = parts.filter((part) => part.voice === voice?.id);
    if (own.length === 0) return [];
    return [{ voice, notes: own.flatMap(({ notes }) => notes).sort(byStartThenPitch) }];
  });
}

function checkNote({ pitch, velocity, start, end }: Note, span: Span): void {
  const within = (value: number, least: number) => Number.isInteger(value) && value >= least && value <= 127;
  const said = `a note of pitch ${pitch}, velocity ${velocity}, from ${start} s to ${end} s`;
  if (!within(pitch, 0) || !within(velocity, 1))
    throw failed(span, `played ${said}: a pitch is 0 to 127, a velocity 1 to 127, both whole`);
  if (!(end > start && Number.isFinite(end)))
    throw failed(span, `played ${said}: a note ends after it began`);
  const { from, until } = span;
  if (!(start >= from - ROUNDING && start <= until + ROUNDING && end <= until + MOST_RINGING))
    throw failed(
      span,
      `played ${said}: it was to begin within ${from} s to ${until} s, and to ring for at most ${MOST_RINGING} s more`,
    );
}

function failed({ plugin }: Span, what: string): ContinuoError {
  return new ContinuoError(
    'PLUGIN_FAILED',
    `The plugin ${plugin} ${what}.`,
    'Its author can mend it; continuo plugin check tries it.',
  );
}
