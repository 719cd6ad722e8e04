import { ContinuoError } from '../errors.js';

/** A value of a parameter, as it travels in commands, logs and messages. */
export type ParamValue = number | string | boolean;

/** A declared parameter. Ids are permanent; the panel and the command line are made from these. */
export type ParamSpec = {
  /** What a person reads. Default: the id. */
  readonly label?: string;
  /** One sentence of help. */
  readonly help?: string;
  /** Another value begins the music anew: it holds for a stream as a whole. */
  readonly restarts?: boolean;
  /** It came with this version of its plugin; what was played with an earlier one was played as if it were `before`. */
  readonly since?: { readonly version: string; readonly before: ParamValue };
} & (
  | {
      readonly type: 'float';
      readonly min: number;
      readonly max: number;
      readonly default: number;
      readonly step?: number;
      readonly unit?: string;
    }
  | {
      readonly type: 'int';
      readonly min: number;
      readonly max: number;
      readonly default: number;
      readonly unit?: string;
    }
  /** A MIDI pitch, shown as a note name. */
  | { readonly type: 'pitch'; readonly min: number; readonly max: number; readonly default: number }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly default: string }
  | { readonly type: 'toggle'; readonly default: boolean }
);

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** The values that a set of parameters starts with. */
export function defaultValues(specs: ParamSpecs): Record<string, ParamValue> {
  return Object.fromEntries(Object.entries(specs).map(([id, spec]) => [id, spec.default]));
}

/**
 * Checks a value against its declaration. Throws PARAM_UNKNOWN, naming the ids that there are, and PARAM_VALUE, saying
 * what would have fitted.
 */
export function checkParam(specs: ParamSpecs, id: string, value: ParamValue): void {
  const spec = Object.hasOwn(specs, id) ? specs[id] : undefined;
  if (!spec) {
    throw new ContinuoError(
      'PARAM_UNKNOWN',
      `There is no parameter "${id}"; there are ${Object.keys(specs).join(', ')}.`,
    );
  }
  const expected = mismatch(spec, value);
  if (expected)
    throw new ContinuoError(
      'PARAM_VALUE',
      `"${id}" takes ${expected}; it was given ${JSON.stringify(value)}.`,
    );
}

/** What would have fitted, in words; null where `value` fits. */
function mismatch(spec: ParamSpec, value: ParamValue): string | null {
  switch (spec.type) {
    case 'float':
      return typeof value === 'number' && value >= spec.min && value <= spec.max
        ? null
        : `a number from ${spec.min} to ${spec.max}`;
    case 'int':
    case 'pitch':
      return Number.isInteger(value) && (value as number) >= spec.min && (value as number) <= spec.max
        ? null
        : `a whole number from ${spec.min} to ${spec.max}`;
    case 'choice':
      return spec.choices.includes(value as string) ? null : `one of ${spec.choices.join(', ')}`;
    case 'toggle':
      return typeof value === 'boolean' ? null : 'true or false';
  }
}

/** Parameters as they were in a version of the plugin: those that came later have the value that says what was before. */
export function specsOfVersion(specs: ParamSpecs, version: string): ParamSpecs {
  return Object.fromEntries(
    Object.entries(specs).map(([id, spec]) => [
      id,
      spec.since && isEarlier(version, spec.since.version)
        ? ({ ...spec, default: spec.since.before } as ParamSpec)
        : spec,
    ]),
  );
}

/** Whether a semantic version comes before another. */
function isEarlier(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
