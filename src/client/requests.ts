import { ContinuoError, type ErrorCode } from '../errors.js';

/** An error as a host sends it. A newer host may send a code that {@link ErrorCode} does not list. */
export interface HostError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function asError({ code, message, hint }: HostError): ContinuoError {
  return new ContinuoError(code as ErrorCode, message, hint);
}

export function connectionLost(): ContinuoError {
  return new ContinuoError(
    'CONNECTION_LOST',
    'The connection to the host broke before it answered.',
    'It may have done what it was asked. Ask again once the client is connected.',
  );
}

/** Numbers from here on are the client's own, so that whoever numbers messages for `send` has those below. */
const FIRST = 2 ** 32;

interface Pending<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Requests that wait for their answer, by number. */
export class Requests<Answer> {
  readonly #pending = new Map<number, Pending<Answer>>();
  #next = FIRST;

  /**
   * Sends a request with its number; the promise has the answer. It rejects with what the host refuses, with CONNECTION_LOST, and with
   * the signal's reason, in which case `cancel` tells the host.
   */
  ask(send: (request: number) => boolean, signal?: AbortSignal, cancel?: (request: number) => void) {
    return new Promise<Answer>((resolve, reject) => {
      signal?.throwIfAborted();
      const request = this.#next++;
      if (!send(request)) throw notConnected();
      const aborted = () => {
        this.#pending.delete(request);
        cancel?.(request);
        reject(signal?.reason);
      };
      const settled = () => signal?.removeEventListener('abort', aborted);
      signal?.addEventListener('abort', aborted, { once: true });
      this.#pending.set(request, {
        resolve: (answer) => {
          settled();
          resolve(answer);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
    });
  }

  /** Returns whether this request was waiting. */
  answer(request: number, answer: Answer): boolean {
    const pending = this.#take(request);
    pending?.resolve(answer);
    return pending !== undefined;
  }

  refuse(request: number, error: HostError): boolean {
    const pending = this.#take(request);
    pending?.reject(asError(error));
    return pending !== undefined;
  }

  /** The connection is lost, and with it all answers. */
  lost(why = connectionLost()): void {
    for (const pending of [...this.#pending.values()]) pending.reject(why);
    this.#pending.clear();
  }

  #take(request: number): Pending<Answer> | undefined {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    return pending;
  }
}

export function notConnected(): ContinuoError {
  return new ContinuoError(
    'CONNECTION_LOST',
    'There is no connection to the host at present, so nothing was sent.',
    'The client connects again by itself and then emits "welcome".',
  );
}
