export {
  CONTROLLER,
  eventOfMessage,
  isController,
  messageOfEvent,
  PERCUSSION_CHANNEL,
  PITCH_BEND,
  silence,
} from './message.js';
export { MovedControls } from './moved.js';
export { portTitle } from './names.js';
export type { InputPort, MidiMessage, OutputPort, PortSystem } from './port.js';
export { openSystemPorts } from './system.js';
export { type PortList, watchPorts } from './watch.js';
