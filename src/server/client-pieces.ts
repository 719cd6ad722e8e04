import { ContinuoError } from '../errors.js';
import type { ComposerChoice, PieceControl, PieceWatch } from '../host/compose/control.js';
import { checkGiven, completeOptions } from '../plugin/compose-request.js';
import type { ClientMessage, ServerMessage } from '../protocol/session-protocol.js';

type Asked = Extract<ClientMessage, { type: 'makePiece' | 'readPiece' | 'exportPiece' }>;

/** Exports that one panel may have pending at once. */
const MOST_FILES = 4;

/** One panel's requests to composers: one piece at a time, and exports of its pieces. Requests are validated here. */
export class ClientPieces {
  /** Pending requests by number. */
  readonly #waits = new Map<number, { readonly type: Asked['type']; readonly stop: AbortController }>();

  constructor(
    private readonly pieces: PieceControl,
    private readonly send: (message: ServerMessage) => void,
    private readonly refuse: (error: unknown, about: ClientMessage) => void,
  ) {}

  /** Starts a request. Throws PIECE_BUSY, PLUGIN_UNKNOWN, PARAM_UNKNOWN, PARAM_VALUE, OPTION_VALUE. */
  ask(message: Asked): void {
    const composer = this.#composer(message.task.plugin);
    this.#requireFree(message);
    const stop = new AbortController();
    const waits = { type: message.type, stop };
    const answer = this.#answer(message, composer, { signal: stop.signal });
    this.#waits.set(message.request, waits);
    answer
      .then((answer) => this.send(answer))
      .catch((error: unknown) => {
        if (!stop.signal.aborted) this.refuse(error, message);
      })
      .finally(() => {
        if (this.#waits.get(message.request) === waits) this.#waits.delete(message.request);
      });
  }

  /** Cancels a request; one that is over or unknown is ignored. */
  cancel(request: number): void {
    const waits = this.#waits.get(request);
    this.#waits.delete(request);
    waits?.stop.abort();
  }

  cancelAll(): void {
    for (const request of [...this.#waits.keys()]) this.cancel(request);
  }

  #answer(message: Asked, { compose }: ComposerChoice, watch: PieceWatch): Promise<ServerMessage> {
    const { request } = message;
    switch (message.type) {
      case 'makePiece': {
        const { options, given } = message.task;
        completeOptions(compose, options);
        if (given) checkGiven(compose, given);
        const grows: PieceWatch['grows'] = (soFar) => this.send({ type: 'pieceSoFar', request, soFar });
        return this.pieces
          .make(message.task, { ...watch, grows })
          .then((piece) => ({ type: 'piece', request, piece }));
      }
      case 'readPiece':
        return this.pieces.read(message.task, watch).then((piece) => ({ type: 'piece', request, piece }));
      case 'exportPiece':
        requireFormat(message.task.format, compose);
        completeOptions(compose, message.task.options);
        return this.pieces.write(message.task, watch).then((file) => ({ type: 'pieceFile', request, file }));
    }
  }

  /** Finds a composer by plugin id only: a panel must not open folders by path. */
  #composer(plugin: string): ComposerChoice {
    const composers = this.pieces.composers();
    const composer = composers.find(({ id }) => id === plugin);
    if (composer) return composer;
    throw new ContinuoError(
      'PLUGIN_UNKNOWN',
      `There is no plugin "${plugin}" here that makes pieces; there are ${composers.map(({ id }) => id).join(', ') || 'none'}.`,
      'Reload the page: the plugins of the host have changed.',
    );
  }

  #requireFree({ type, request }: Asked): void {
    const files = [...this.#waits.values()].filter((waits) => waits.type === 'exportPiece').length;
    const busy = type === 'exportPiece' ? files >= MOST_FILES : this.#waits.size > files;
    if (busy || this.#waits.has(request))
      throw new ContinuoError(
        'PIECE_BUSY',
        'A panel gets one piece at a time, and one is being made.',
        'Ask again when it is there.',
      );
  }
}

function requireFormat(format: string, { exports, piece }: ComposerChoice['compose']): void {
  if (Object.hasOwn(exports, format)) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `A ${piece.one} cannot be written as "${format}"; it can as ${Object.keys(exports).join(', ')}.`,
  );
}
