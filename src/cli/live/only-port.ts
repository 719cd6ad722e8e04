import { VIRTUAL_PORT } from '../../host/live/ports/port-choice.js';

/** The one port that a device offers; our own virtual one where there is none or a choice to make. */
export function onlyOne(names: readonly string[]): string {
  const devices = names.filter((name) => name !== VIRTUAL_PORT && !/midi through/i.test(name));
  return devices.length === 1 ? devices[0]! : VIRTUAL_PORT;
}
