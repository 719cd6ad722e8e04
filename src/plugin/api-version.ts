import { ContinuoError } from '../errors.js';

/**
 * The version of the contract that this host speaks, MAJOR.MINOR. A compatible addition (a new optional field, method or extension)
 * raises MINOR. A change of what something already in the contract means raises MAJOR and sets MINOR to 0. So a plugin loads where its
 * MAJOR is the host's and its MINOR is not larger. (1 was the contract of the built-in plugins alone.)
 */
export const API_VERSION = '2.0';

/** Throws PLUGIN_API, naming both versions, where a plugin for `version` does not load here; `where` names its file. */
export function checkApiVersion(version: unknown, where: string): void {
  const [major, minor] = API_VERSION.split('.').map(Number) as [number, number];
  const match = typeof version === 'string' ? /^(\d+)\.(\d+)$/.exec(version) : null;
  if (match && Number(match[1]) === major && Number(match[2]) <= minor) return;
  const newer = match !== null && (Number(match[1]) > major || Number(match[1]) === major);
  throw new ContinuoError(
    'PLUGIN_API',
    version === undefined
      ? `${where} has no apiVersion; this host speaks version ${API_VERSION} of the plugin contract.`
      : `${where} is for version ${JSON.stringify(version)} of the plugin contract; this host speaks version ${JSON.stringify(API_VERSION)}.`,
    newer
      ? 'Install a newer Continuo, or a version of the plugin for this one.'
      : `Install a version of the plugin that is for ${major}.0 to ${API_VERSION}. docs/PLUGINS.md says what changed.`,
  );
}
