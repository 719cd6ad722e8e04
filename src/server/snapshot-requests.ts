import { exhausted } from '../exhausted.js';
import type { SnapshotsControl } from '../host/live/snapshots/control.js';
import type { ClientMessage, ServerMessage } from '../protocol/session-protocol.js';

const TYPES = [
  ...(['keepSnapshot', 'recallSnapshot', 'renameSnapshot', 'deleteSnapshot', 'restoreSnapshot'] as const),
];

/** A request about the snapshots of a session. */
export type SnapshotRequest = Extract<ClientMessage, { type: (typeof TYPES)[number] }>;

export function isSnapshotRequest(message: ClientMessage): message is SnapshotRequest {
  return TYPES.some((type) => type === message.type);
}

/** Does what a request about snapshots asks for, and returns the answer. Rejects with what is to be told to the client. */
export async function answerSnapshotRequest(
  snapshots: SnapshotsControl,
  message: SnapshotRequest,
): Promise<ServerMessage> {
  const { request } = message;
  switch (message.type) {
    case 'keepSnapshot':
      return { type: 'snapshot', request, snapshot: await snapshots.keep(message.name) };
    case 'recallSnapshot':
      snapshots.recall(message.id, message.when);
      break;
    case 'renameSnapshot':
      snapshots.rename(message.id, message.name);
      break;
    case 'deleteSnapshot':
      snapshots.remove(message.id);
      break;
    case 'restoreSnapshot':
      snapshots.restore(message.id);
      break;
    default:
      exhausted(message);
  }
  return { type: 'done', request };
}
