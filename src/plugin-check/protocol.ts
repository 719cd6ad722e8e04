import type { CorpusOptions } from './checks/corpus.js';
import type { FuzzOptions } from './checks/fuzz.js';
import type { CheckName } from './names.js';
import type { Finding } from './result.js';
import type { SubjectOptions } from './subject.js';

/** The task of a check's process. */
export interface CheckRequest extends SubjectOptions, FuzzOptions, CorpusOptions {
  readonly check: CheckName;
}

/** Its messages. */
export type FromCheck =
  /** It is alive; `at`: in this random session. */
  { readonly type: 'sign'; readonly at?: string } | { readonly type: 'result'; readonly result: Finding };
