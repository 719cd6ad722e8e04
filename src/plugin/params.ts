import { ContinuoError } from '../errors.js';

/** A parameter's value in commands, takes and messages. null: nothing was chosen. */
export type ParamValue = number | string | boolean | null;

/**
 * Roles: what the host does with a parameter, whatever its id. Three steer the sampler, `click` switches the session's metronome, `meter` is the
 * number of beats in a bar of a MIDI clock that counts them.
 */
export const PARAM_ROLES = ['temperature', 'topK', 'topP', 'click', 'meter'] as const;
export type ParamRole = (typeof PARAM_ROLES)[number];

/** Ids of the session's own parameters, which no plugin may declare. */
export const RESERVED_PARAM_IDS = ['patience', 'replyLength', 'closeAfter', 'thru', 'inputChannel'] as const;
export type ReservedParamId = (typeof RESERVED_PARAM_IDS)[number];

/**
 * A declared parameter. Its id is permanent; panel and command line make their controls and options from it. Where the default is null,
 * null is a value: the parameter may be left out.
 */
export type ParamSpec = {
  /** The name for people. Default: the id. */
  readonly label?: string;
  /** One sentence of help. */
  readonly help?: string;
  /** It holds for a whole stream: another value begins the music anew. */
  readonly restarts?: boolean;
  /** The version of the plugin that brought it; takes of earlier versions replay with the value `before`. */
  readonly since?: { readonly version: string; readonly before: ParamValue };
} & (
  | {
      readonly type: 'float';
      readonly min: number;
      readonly max: number;
      readonly default: number | null;
      readonly step?: number;
      readonly unit?: string;
      readonly role?: 'temperature' | 'topP';
    }
  | {
      readonly type: 'int';
      readonly min: number;
      readonly max: number;
      readonly default: number | null;
      readonly unit?: string;
      readonly role?: 'topK' | 'meter';
    }
  /** A MIDI pitch, shown as a note name. */
  | { readonly type: 'pitch'; readonly min: number; readonly max: number; readonly default: number }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly default: string | null }
  | {
      readonly type: 'text';
      readonly default: string | null;
      /** In characters. */
      readonly maxLength: number;
      /** The usual values, to choose from; others are allowed. */
      readonly suggestions?: readonly string[];
    }
  | { readonly type: 'toggle'; readonly default: boolean; readonly role?: 'click' }
);

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** What {@link ValuesOf} infers types from: declared parameters, or the `params` of an imported plugin.json. */
export type ParamShapes = Readonly<Record<string, { readonly type: string; readonly default: unknown }>>;

/** The types of the values of declared parameters, by id. */
export type ValuesOf<Params extends ParamShapes> = {
  readonly [Id in keyof Params]: ValueOf<Params[Id]>;
};

type ValueOf<Shape> = Shape extends { readonly default: null }
  ? Given<Shape> | null
  : Shape extends { readonly default: infer Default }
    ? Given<Shape> | (null extends Default ? null : never)
    : never;

/** The type of a value that is not null. A default of null does not show the type, but a minimum shows that it is a number. */
type Given<Shape> = Shape extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Shape extends { readonly min: number }
    ? number
    : Shape extends { readonly default: boolean }
      ? boolean
      : string;

/** The default value of each parameter. */
export function defaultValues(specs: ParamSpecs): Record<string, ParamValue> {
  return Object.fromEntries(Object.entries(specs).map(([id, spec]) => [id, spec.default]));
}

/** The id of the parameter with this role; undefined for none. */
export function idOfRole(specs: ParamSpecs, role: ParamRole): string | undefined {
  return Object.keys(specs).find((id) => roleOf(specs[id]!) === role);
}

/** A parameter's role; undefined where only the plugin reads it. */
export function roleOf(spec: ParamSpec): ParamRole | undefined {
  return 'role' in spec ? spec.role : undefined;
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

/** In words, which values fit; null where `value` does. */
function mismatch(spec: ParamSpec, value: ParamValue): string | null {
  if (value === null && spec.default === null) return null;
  const expected = expectation(spec, value);
  return expected !== null && spec.default === null ? `${expected}, or null` : expected;
}

function expectation(spec: ParamSpec, value: ParamValue): string | null {
  switch (spec.type) {
    case 'float':
      return typeof value === 'number' && value >= spec.min && value <= spec.max
        ? null
        : `a number from ${spec.min} to ${spec.max}`;
    case 'int':
    case 'pitch':
      return typeof value === 'number' && Number.isInteger(value) && value >= spec.min && value <= spec.max
        ? null
        : `a whole number from ${spec.min} to ${spec.max}`;
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value)
        ? null
        : `one of ${spec.choices.join(', ')}`;
    case 'text':
      return typeof value === 'string' && value.length <= spec.maxLength
        ? null
        : `a text of up to ${spec.maxLength} characters`;
    case 'toggle':
      return typeof value === 'boolean' ? null : 'true or false';
  }
}

/** The parameters for replaying a take of this version of the plugin: later ones default to their value `before`. */
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
export function isEarlier(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
