export { ChangedControllers } from './changed-controllers.js';
export { type ClockBeat, MidiClock, REAL_TIME } from './clock.js';
export {
  CONTROLLER,
  checkMessage,
  dataBytes,
  eventOfMessage,
  isController,
  messageOfEvent,
  onChannel,
  PERCUSSION_CHANNEL,
  PITCH_BEND,
  silence,
} from './message.js';
export { findPort, portTitle, unnumbered } from './names.js';
export type {
  Connections,
  InputPort,
  MidiMessage,
  OnMessage,
  OnRealTime,
  OutputPort,
  PortId,
  PortSystem,
} from './port.js';
export { SoundingNotes } from './sounding.js';
export { openSystemPorts } from './system.js';
export { type Look, watchPorts } from './watch.js';
