export { checkSequencer, importAddon } from './addon.js';
export { type HintTopic, hintFor } from './hints.js';
export { MemoryPorts, type Received } from './memory.js';
export { checkMessage, eventOfMessage, messageOfEvent, silence } from './message.js';
export { findPort, portTitle } from './names.js';
export { MessageParser } from './parser.js';
export type { InputPort, MidiMessage, OutputPort, PortSystem } from './port.js';
export { openSystemPorts } from './system.js';
export { type PortList, watchPorts } from './watch.js';
