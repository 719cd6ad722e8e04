/** The contract suite for plugins, `continuo/plugin/testing`: the checks of `continuo plugin check`, for your own tests. */
export { type CheckOptions, checkPlugin } from './check-plugin.js';
export { CHECK_NAMES, type CheckName } from './names.js';
export { registerChecks, type Test } from './register.js';
export type { CheckResult } from './result.js';
export type { Limits } from './run-check.js';
