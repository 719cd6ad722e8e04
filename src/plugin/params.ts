/** A value of a parameter, as it travels in commands, logs and messages. */
export type ParamValue = number | string | boolean;

/** A declared parameter. Ids are permanent; the panel and the command line are made from these. */
export type ParamSpec = {
  /** What a person reads. Default: the id. */
  readonly label?: string;
  /** One sentence of help. */
  readonly help?: string;
} & (
  | { readonly type: 'float'; readonly min: number; readonly max: number; readonly default: number; readonly step?: number; readonly unit?: string }
  | { readonly type: 'int'; readonly min: number; readonly max: number; readonly default: number; readonly unit?: string }
  /** A MIDI pitch, shown as a note name. */
  | { readonly type: 'pitch'; readonly min: number; readonly max: number; readonly default: number }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly default: string }
  | { readonly type: 'toggle'; readonly default: boolean }
);

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
