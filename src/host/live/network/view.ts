import type { GateName } from '../../../model/gates.js';
import type { CellKind } from '../../../model/spec.js';
import type { Seconds } from '../../../music/units.js';

/** A token that might have come, as a panel shows it. */
export interface ChoiceView {
  /** The token in musical words. */
  readonly words: string;
  /** What the network alone gives it, 0 to 1. */
  readonly probability: number;
  /** After the grammar's bias and mask; 0 where it is forbidden. */
  readonly afterGrammar: number;
  /** The grammar, or the sense of the stream, forbids it. */
  readonly forbidden?: true;
  /** It came. */
  readonly chosen?: true;
}

/** A token that came, as a panel shows it. */
export interface TokenView {
  /** Number of tokens before it. Where it is not above that of the token before, tokens were taken back. */
  readonly position: number;
  /** Session time at the head of the stream. */
  readonly time: Seconds;
  /** Whether the model drew it; else it was fed: the player's, or a rest. */
  readonly drawn: boolean;
  /** What it cost the network: -ln of its probability. */
  readonly nats: number;
  /** The likeliest, and the one that came. */
  readonly choices: readonly ChoiceView[];
}

/** The layers at one moment. Each value is a signed byte, -127 to 127 for -1 to 1; base64. */
export interface StateView {
  readonly time: Seconds;
  readonly position: number;
  /** h of all layers, one after the other. */
  readonly h: string;
  /** tanh of c of all LSTM layers; absent where there is none. */
  readonly c?: string;
  /** The gate that was asked for, of all layers that have it; absent where none has, or it is not known at this moment. */
  readonly gate?: { readonly name: GateName; readonly values: string };
}

/** What of a session's networks is watched. */
export interface NetworkChoice {
  /** Id of a member of a band. Default: the first. */
  readonly member?: string;
  /** A gate, whose values come beside h and c. */
  readonly gate?: GateName;
}

/** What is watched: sent first, and again when another engine plays. */
export interface NetworkShapeView {
  readonly layers: readonly { readonly cell: CellKind; readonly units: number }[];
  /** Number of tokens that there are. */
  readonly classes: number;
  /** The engine can show the gates of its layers. */
  readonly gates?: true;
}

/** What the network did since the last message. */
export interface NetworkStepsView {
  readonly tokens: readonly TokenView[];
  /** The layers before the last token; absent where there are none, or too many units. */
  readonly state?: StateView;
  /** Tokens that are not shown, since there was no room for them. */
  readonly dropped: number;
}

/** `member`: that of a band whose network it is; absent for the first. */
export type NetworkView =
  | { readonly type: 'networkShape'; readonly member?: string; readonly shape: NetworkShapeView }
  | { readonly type: 'networkSteps'; readonly member?: string; readonly steps: NetworkStepsView };
