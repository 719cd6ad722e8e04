import {
  type InputPort,
  type OnMessage,
  type OnRealTime,
  type PortSystem,
  portTitle,
} from '../../../midi/index.js';

/** The client name that other programs see. */
export const OWN_NAME = 'Continuo';
/** The name of the program's own virtual port, which other programs connect to. */
export const VIRTUAL_PORT = 'Continuo (virtual)';

/** Whether a name means the virtual port; users type `virtual`. */
export const isVirtual = (name: string) => name === VIRTUAL_PORT || name.toLowerCase() === 'virtual';

/** Opens an input by name, or the virtual input. Throws what {@link PortSystem} throws. */
export function openInput(
  system: PortSystem,
  name: string,
  onMessage: OnMessage,
  onRealTime: OnRealTime,
): InputPort {
  return isVirtual(name)
    ? system.openVirtualInput(OWN_NAME, onMessage, onRealTime)
    : system.openInput(name, onMessage, onRealTime);
}

/**
 * The ports that a user can choose from. The program's own open ports are left out; its virtual port is offered where the system
 * has them (not on Windows).
 */
export function portChoices(system: PortSystem): { inputs: string[]; outputs: string[] } {
  const { inputs, outputs } = system.list();
  const peers = (names: readonly string[]) => names.filter((name) => portTitle(name) !== OWN_NAME);
  const own = process.platform === 'win32' ? [] : [VIRTUAL_PORT];
  return { inputs: [...peers(inputs), ...own], outputs: [...peers(outputs), ...own] };
}
