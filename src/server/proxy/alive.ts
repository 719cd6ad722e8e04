import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClusterDirectory } from '../../host/sessions/control.js';
import { ALIVE_PATH } from '../../protocol/hosts-protocol.js';

/** Whether a peer asks that; then it is answered. Rates do not hold it up: who does not answer in time counts as dead. */
export function answersAlive(
  cluster: ClusterDirectory | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const [path, query] = (request.url ?? '').split('?', 2);
  if (cluster?.alive === undefined || request.method !== 'GET' || path !== ALIVE_PATH) return false;
  const answer = JSON.stringify(cluster.alive(new URLSearchParams(query).get('from') ?? undefined));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(answer);
  return true;
}
