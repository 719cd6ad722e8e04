import type { EngineName, Precision } from '../model/engine.js';
import type { ParamValues } from '../plugin/definition.js';
import type { ParamSpecs, ParamValue, ValuesOf } from '../plugin/params.js';

/** An option of a study, from which the command line derives its flag. If the default is null, the option is optional. */
export type StudyOption = { readonly help: string } & (
  | {
      readonly type: 'int' | 'float';
      readonly min: number;
      readonly max: number;
      readonly default: number | null;
      readonly hint: string;
    }
  | {
      readonly type: 'choice';
      readonly choices: readonly string[];
      readonly default: string;
      readonly hint: string;
    }
  | {
      readonly type: 'text';
      readonly default: string | null;
      /** The user must give a value; the default is unused. */
      readonly required?: true;
      readonly hint: string;
    }
  | { readonly type: 'toggle'; readonly default: false }
);

export type StudyOptions = Readonly<Record<string, StudyOption>>;

/**
 * Runs one part of a long computation. `work` calls `watch` between its steps with the share done; `watch` throws if the user
 * cancels.
 */
export type Shown = <T>(
  label: string,
  work: (watch: (share: number) => Promise<void>) => Promise<T>,
) => Promise<T>;

/** What a study gets besides its options. */
export interface StudyContext {
  /** The compute engine and precision for the models. */
  readonly engine: {
    readonly engine: EngineName;
    readonly precision: Precision;
    readonly memory?: boolean | undefined;
  };
  /** The values of a plugin's parameters. */
  paramsFrom(specs: ParamSpecs): ParamValues;
  /** Reads a file named by the user. Throws FILE_READ. */
  read(path: string): Promise<Uint8Array>;
  /** A progress bar with the time that is left; shares go from 0 to 1. */
  bar(label: string): { show(share: number, doing?: string): void; done(): void };
  /** A message for the user, one line. */
  say(line: string): void;
  /**
   * Runs work that the user can cancel between two steps, or that heeds the signal itself. It must write nothing before its end,
   * unless `stopped` says so to the user.
   */
  stoppable<T>(work: (shown: Shown, signal: AbortSignal) => Promise<T>, stopped?: () => string): Promise<T>;
}

/** The result of a study: as data, as text for the terminal, and as an HTML page if it has one. */
export interface Findings {
  readonly data: object;
  text(): string;
  page?(): string;
}

/** An evaluation of models on one kind of music, with its own options: `continuo evaluate NAME`. */
export interface Study {
  readonly name: string;
  readonly help: string;
  readonly options: StudyOptions;
  /** Whether the user can choose {@link StudyContext.engine} and the plugin's parameters. */
  readonly plays: boolean;
  /** Description of its HTML page; null if it has none. */
  readonly page: string | null;
  run(values: Readonly<Record<string, ParamValue>>, context: StudyContext): Promise<Findings>;
}

/** Declares a study; `run` gets the values of the declared options. */
export function defineStudy<const Options extends StudyOptions>(
  study: Omit<Study, 'options' | 'run'> & {
    readonly options: Options;
    run(values: ValuesOf<Options>, context: StudyContext): Promise<Findings>;
  },
): Study {
  return { ...study, run: (values, context) => study.run(values as ValuesOf<Options>, context) };
}
