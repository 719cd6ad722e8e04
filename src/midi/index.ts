export { eventOfMessage, messageOfEvent, PERCUSSION_CHANNEL, silence } from './message.js';
export { portTitle } from './names.js';
export type { InputPort, MidiMessage, OutputPort, PortSystem } from './port.js';
export { openSystemPorts } from './system.js';
export { type PortList, watchPorts } from './watch.js';
