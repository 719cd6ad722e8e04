import {
  type InputPort,
  type OnMessage,
  type OnRealTime,
  type PortSystem,
  portTitle,
} from '../../../midi/index.js';

/** What other programs see of us. */
export const OWN_NAME = 'Continuo';
/** What we call a port of our own, which other programs connect to. */
export const VIRTUAL_PORT = 'Continuo (virtual)';

/** `virtual` is what people type. */
export const isVirtual = (name: string) => name === VIRTUAL_PORT || name.toLowerCase() === 'virtual';

/** Opens an input by name, or the virtual one. Throws what {@link PortSystem} throws. */
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

/** The ports that a user can choose from; our own virtual ones, already open, are not offered as peers. */
export function portChoices(system: PortSystem): { inputs: string[]; outputs: string[] } {
  const { inputs, outputs } = system.list();
  const peers = (names: readonly string[]) => names.filter((name) => portTitle(name) !== OWN_NAME);
  const own = process.platform === 'win32' ? [] : [VIRTUAL_PORT];
  return { inputs: [...peers(inputs), ...own], outputs: [...peers(outputs), ...own] };
}
