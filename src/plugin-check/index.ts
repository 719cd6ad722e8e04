/** The suite of the plugin contract, `continuo/plugin/testing`: what `continuo plugin check` runs, for tests of one's own. */
export { type CheckOptions, checkPlugin } from './check-plugin.js';
export { CHECK_NAMES, type CheckName } from './names.js';
export { registerChecks, type Test } from './register.js';
export type { CheckResult } from './result.js';
export type { Limits } from './run-check.js';
