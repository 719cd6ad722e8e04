import type { EngineName, Precision } from '../model/engine.js';
import type { ParamValues } from '../plugin/definition.js';
import type { ParamSpecs, ParamValue, ValuesOf } from '../plugin/params.js';

/** An option of a study; the command line makes its own from these. Where the default is null, it may be left out. */
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
      /** The default is never taken. */
      readonly required?: true;
      readonly hint: string;
    }
  | { readonly type: 'toggle'; readonly default: false }
);

export type StudyOptions = Readonly<Record<string, StudyOption>>;

/** Runs one part of long work; `watch` is told between its steps how much of it is done, and throws where the user ends it. */
export type Shown = <T>(
  label: string,
  work: (watch: (share: number) => Promise<void>) => Promise<T>,
) => Promise<T>;

/** What a study is given besides its options. */
export interface StudyContext {
  /** What computes the models that play. */
  readonly engine: {
    readonly engine: EngineName;
    readonly precision: Precision;
    readonly memory?: boolean | undefined;
  };
  /** The values that a plugin's parameters are to have. */
  paramsFrom(specs: ParamSpecs): ParamValues;
  /** Reads a file that the user named. Throws FILE_READ. */
  read(path: string): Promise<Uint8Array>;
  /** Shows how much of a piece of work is done, from 0 to 1. */
  bar(label: string): { show(share: number): void; done(): void };
  /** Runs work that writes nothing before its end, so that the user can end it between two steps. */
  stoppable<T>(work: (shown: Shown) => Promise<T>): Promise<T>;
}

/** What a study found out: as data, for a terminal, and as an HTML page where it makes one. */
export interface Findings {
  readonly data: object;
  text(): string;
  page?(): string;
}

/** A measurement of models on one kind of music, with its own options: `continuo evaluate NAME`. */
export interface Study {
  readonly name: string;
  readonly help: string;
  readonly options: StudyOptions;
  /** Whether {@link StudyContext.engine} and the plugin's parameters are the user's to choose. */
  readonly plays: boolean;
  /** What its page shows; null where it makes none. */
  readonly page: string | null;
  run(values: Readonly<Record<string, ParamValue>>, context: StudyContext): Promise<Findings>;
}

/** Declares a study; `run` is given the values that its options declare. */
export function defineStudy<const Options extends StudyOptions>(
  study: Omit<Study, 'options' | 'run'> & {
    readonly options: Options;
    run(values: ValuesOf<Options>, context: StudyContext): Promise<Findings>;
  },
): Study {
  return { ...study, run: (values, context) => study.run(values as ValuesOf<Options>, context) };
}
