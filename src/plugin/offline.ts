import type { Draw } from '../model/sampler.js';
import type { BeatMap } from '../music/beats/beat-map.js';
import type { MidiPiece } from '../music/midi/piece.js';
import type { Note, Performance } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { ComposerModel, OptionShapes, OptionValues, PieceCodec } from './composer.js';
import type { PluginVoice } from './live.js';
import type { OfflineOptions } from './offline-descriptor.js';
import type { ParamShapes, ParamSpecs, ValuesOf } from './params.js';

/** The notes that one instrument plays; times are those of the file, in seconds. */
export interface OfflinePart {
  /** The id of a {@link PluginVoice}; absent: the instrument is the file's own. */
  readonly voice?: string;
  readonly notes: readonly Note[];
}

/** A model that a whole file is played with. */
export interface OfflineModel<Params extends ParamShapes = ParamSpecs> extends ComposerModel {
  /** What {@link OfflineExtension.codec} gave for it. */
  readonly codec: PieceCodec;
  /**
   * Draws of one branch, with the parameters that steer the sampler. Random numbers depend on the seed, the branch, and how many of
   * the branch were drawn before (`drawn` of them elsewhere), so that the same request gives the same music.
   */
  createDraw(branch: number, params: ValuesOf<Params>, drawn?: number): Draw;
}

/** What is asked of a plugin that plays with a whole file. */
export interface OfflineRequest<
  Params extends ParamShapes = ParamSpecs,
  Options extends OptionShapes = OfflineOptions,
> {
  /** The file: tracks with their names, channels and programs, tempos, meters, keys. Which track leads is for the plugin to say. */
  readonly piece: MidiPiece;
  /**
   * Its tracks but the drums, as played at one keyboard with one pedal. For one that accompanies it may be without notes: where there are
   * drums alone.
   */
  readonly performance: Performance;
  /**
   * The file's beats and bars by its tempos and meters, or those tracked in its notes where these do not keep to the tempo of the
   * file. Throws BEATS_MISSING where there is no pulse.
   */
  beats(): BeatMap;
  /**
   * When it begins to play: where it continues, at the end of the file; where it accompanies, at 0, or as long before as it is to
   * count in.
   */
  readonly from: Seconds;
  /** No note begins after this. It may ring for {@link MOST_RINGING} more. */
  readonly until: Seconds;
  readonly params: ValuesOf<Params>;
  /** All of them, checked against their declarations; what was not said has its default. */
  readonly options: OptionValues<Options>;
  /** The same request with the same seed gives the same music. */
  readonly seed: number;
  /** null where the plugin has no {@link OfflineExtension.codec}. */
  readonly model: OfflineModel<Params> | null;
  /**
   * Tells how much is done, from 0 to 1. Throws where the playing was given up, as a step of the model's engine does: a plugin
   * calls one or the other several times a second, and lets the error pass.
   */
  progress(share: number): void;
}

/** For how long a note may ring after the end of the request. */
export const MOST_RINGING: Seconds = 5;

/** Plays on from a whole file, or along with it, without a clock. */
export interface OfflineExtension<
  Params extends ParamShapes = ParamSpecs,
  Options extends OptionShapes = OfflineOptions,
> {
  /**
   * Where it plays with a model: the codec for one, by the codec id that its model.json names (`modelCodec`) and by whatever else
   * stands there. null where the plugin goes on from a file by its live stream with such a model. Throws CODEC_UNKNOWN.
   */
  codec?(modelCodec: string, metadata: Readonly<Record<string, unknown>>): PieceCodec | null;
  /** The instruments of its parts, where they are others than `live.voices`. */
  readonly voices?: readonly PluginVoice[];
  play(request: OfflineRequest<Params, Options>): readonly OfflinePart[] | Promise<readonly OfflinePart[]>;
}
