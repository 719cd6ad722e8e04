/**
 * A client of a running host, for browsers and Node: it plays and steers a session over the host's WebSocket, as the panel does.
 * `connectSession` connects to a session, `connectHost` to the host's directory of them. Errors are `ContinuoError`s with a code of docs/ERRORS.md.
 */
export { ContinuoError, type ErrorCode } from '../errors.js';
export type {
  ClientMessage,
  ComposerChoice,
  LoadChoice,
  MemberDescription,
  PlayerEvent,
  ServerMessage,
  SessionDescription,
} from '../protocol/session-protocol.js';
export type { Mode, SessionCommand } from '../session/commands.js';
export type { SessionEvent, SessionPhase } from '../session/events.js';
export {
  type ClientOptions,
  type ConnectOptions,
  connectHost,
  connectSession,
  hostClient,
  sessionClient,
} from './connect.js';
export {
  HostClient,
  type HostClientEvents,
  type HostWelcome,
  type OpenChoice,
  type SessionEntry,
  type SessionOffer,
} from './host-client.js';
export type { ClusterHost, LineEvents } from './line-client.js';
export {
  type EarlierPage,
  type NetworkListener,
  type Piece,
  type PieceFile,
  type PieceOptions,
  type PieceSoFar,
  type Ports,
  SessionClient,
  type SessionClientEvents,
  type Snapshot,
  type Welcome,
} from './session-client.js';
export type { Socket, SocketClass, Surroundings, Target } from './surroundings.js';
