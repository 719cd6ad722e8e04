/** The value of --plugin, read before parsing because commands and their options depend on it. */
export function pluginIn(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--plugin' || arg.startsWith('--plugin='));
  if (at < 0) return undefined;
  return args[at] === '--plugin' ? args[at + 1] : args[at]!.slice('--plugin='.length);
}
