import type { LayerSpec } from '../../model/spec.js';
import type { Maker } from './open-piece.js';
import type { Activations, FeatureKnowledge } from './unit-knowledge.js';

/** A token that the model might have expected. */
export interface Choice {
  readonly token: number;
  readonly words: string;
  readonly probability: number;
}

/** A token of the piece, and what the model expected there. */
export interface InspectedToken {
  readonly token: number;
  /** What it means, in musical words; of text the character itself. */
  readonly words: string;
  /** Who made it; null for a file. */
  readonly maker: Maker | null;
  /** What it costs the model: its surprise. null where it is told to the model, which foretells nothing there. */
  readonly nats: number | null;
  /** The likeliest, the likeliest first; none where it is told. */
  readonly choices: readonly Choice[];
}

export interface Inspection {
  readonly title: string;
  readonly plugin: string;
  readonly model: string;
  readonly modelHash: string;
  readonly codec: string;
  /** Whether tokens are characters. */
  readonly text: boolean;
  /** Of all tokens of the piece; more than those that are shown where it is long. */
  readonly length: number;
  /** Mean of those that the model foretells. */
  readonly natsPerToken: number;
  /** For takes, of the tokens that each made. */
  readonly natsByMaker: Readonly<Partial<Record<Maker, number>>>;
  readonly tokens: readonly InspectedToken[];
  readonly layers: readonly LayerSpec[];
  /** By feature, the best known first. */
  readonly knowledge: readonly FeatureKnowledge[];
}

/** An inspection with what is too long for JSON. */
export interface InspectedPiece {
  readonly inspection: Inspection;
  readonly activations: Activations;
  /** By name; (step) each. */
  readonly features: ReadonlyMap<string, readonly (number | null)[]>;
}
