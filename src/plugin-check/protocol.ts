import type { FuzzOptions } from './checks/fuzz.js';
import type { CheckName } from './names.js';
import type { Finding } from './result.js';
import type { SubjectOptions } from './subject.js';

/** What a check's process is to do. */
export interface CheckRequest extends SubjectOptions, FuzzOptions {
  readonly check: CheckName;
}

/** What it says. */
export type FromCheck =
  /** It goes on; `at`: with this random session. */
  { readonly type: 'sign'; readonly at?: string } | { readonly type: 'result'; readonly result: Finding };
