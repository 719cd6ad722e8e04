import type { TakesControl } from '../host/takes/library/control.js';
import type { HostClientMessage, HostMessage } from '../protocol/host-protocol.js';
import { MOST_TAKES } from '../protocol/takes-protocol.js';

/** A request about takes. */
export type TakeRequest = Extract<
  HostClientMessage,
  { type: 'listTakes' | 'showTake' | 'takePage' | 'renameTake' | 'deleteTake' | 'restoreTake' }
>;

/** Does what a request about takes asks for, and returns the answer. Rejects with what is to be told to the client. */
export async function answerTakeRequest(takes: TakesControl, message: TakeRequest): Promise<HostMessage> {
  const { request } = message;
  switch (message.type) {
    case 'listTakes': {
      const { most = MOST_TAKES, before, deleted } = message;
      const asked = {
        most,
        ...(before !== undefined && { before }),
        ...(deleted !== undefined && { deleted }),
      };
      return { type: 'takes', request, ...(await takes.list(asked)) };
    }
    case 'showTake':
      return { type: 'take', request, ...(await takes.show(message.id)) };
    case 'takePage':
      return { type: 'takePage', request, ...(await takes.page(message.id, message.from)) };
    case 'renameTake':
      await takes.rename(message.id, message.name);
      break;
    case 'deleteTake':
      await takes.remove(message.id);
      break;
    case 'restoreTake':
      await takes.restore(message.id);
      break;
  }
  return { type: 'done', request };
}

/** Whether a request changes what other clients see. */
export function changesTakes({ type }: TakeRequest): boolean {
  return type === 'renameTake' || type === 'deleteTake' || type === 'restoreTake';
}
