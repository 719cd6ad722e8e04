import { ContinuoError } from '../../errors.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import { type AskedOptions, checkGiven, completeOptions } from '../../plugin/compose-request.js';
import type { ComposeRequest, Composer, ComposeWatch, Piece } from '../../plugin/composer.js';

/** A {@link ComposeRequest} whose options may be incomplete. */
export type AskedPieces = Omit<ComposeRequest, 'options'> & { readonly options: AskedOptions };

/** Wraps a plugin's composer: fills in and checks requests, and names the plugin in errors of its code. */
export class CheckedComposer {
  constructor(
    private readonly composer: Composer,
    private readonly plugin: string,
    private readonly compose: ComposeDescriptor,
    private readonly check: () => void = () => {},
  ) {}

  /**
   * Makes pieces. Throws OPTION_VALUE, PARAM_UNKNOWN, PARAM_VALUE, the plugin's own coded errors, and PLUGIN_FAILED where its code
   * fails otherwise.
   */
  make(asked: AskedPieces, watch: ComposeWatch = {}): Iterable<Piece> {
    const request = this.#complete(asked);
    const pieces = this.#called(() => this.composer.make(request, watch));
    return this.#checked(pieces, request.count);
  }

  /** Whether the plugin can read pieces. */
  get reads(): boolean {
    return this.composer.read !== undefined;
  }

  /** Reads one piece from a text. Throws as {@link make} does, and OPTION_VALUE where the plugin reads no pieces. */
  read(text: string, which?: string): Piece {
    if (!this.composer.read)
      throw new ContinuoError(
        'OPTION_VALUE',
        `The plugin ${this.plugin} reads no ${this.compose.piece.many}.`,
      );
    return this.#whole(this.#called(() => this.composer.read!(text, which)));
  }

  /** Writes a piece in an export format. Throws as {@link make} does, and OPTION_VALUE where there is no such export. */
  async write(piece: Piece, format: string, options: AskedOptions = {}): Promise<Uint8Array | string> {
    if (!Object.hasOwn(this.compose.exports, format))
      throw new ContinuoError(
        'OPTION_VALUE',
        `${this.compose.piece.many} are not written as "${format}", but as ${Object.keys(this.compose.exports).join(', ')}.`,
      );
    const complete = completeOptions(this.compose, options);
    try {
      const written = await this.composer.write(piece, format, complete);
      if (typeof written === 'string' || written instanceof Uint8Array) return written;
    } catch (error) {
      throw namedError(this.plugin, error);
    }
    throw this.#failed(`wrote nothing as ${format}`);
  }

  report(asked: AskedPieces, pieces: readonly Piece[]): Readonly<Record<string, unknown>> {
    return this.#called(() => this.composer.report?.(this.#complete(asked), pieces)) ?? {};
  }

  summary(asked: AskedPieces, pieces: readonly Piece[]): readonly string[] {
    return this.#called(() => this.composer.summary?.(this.#complete(asked), pieces)) ?? [];
  }

  #complete(asked: AskedPieces): ComposeRequest {
    if (asked.given) checkGiven(this.compose, asked.given);
    return { ...asked, options: completeOptions(this.compose, asked.options) };
  }

  *#checked(pieces: Iterable<Piece>, count: number): Generator<Piece> {
    const iterator = this.#called(() => pieces[Symbol.iterator]());
    try {
      for (let made = 0; made < count; made++) {
        this.check();
        const next = this.#called(() => iterator.next());
        if (next.done) throw this.#failed(`made ${made} ${this.compose.piece.many} of ${count}`);
        yield this.#whole(next.value);
      }
    } finally {
      iterator.return?.();
    }
  }

  /** Checks the fields of a piece that the host relies on. */
  #whole(piece: Piece): Piece {
    const wrong =
      typeof piece?.text !== 'string' ? 'a text' : typeof piece.title !== 'string' ? 'a title' : undefined;
    if (wrong === undefined) return piece;
    throw this.#failed(`gave a ${this.compose.piece.one} without ${wrong}`);
  }

  #called<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw namedError(this.plugin, error);
    }
  }

  #failed(what: string): ContinuoError {
    return failed(this.plugin, what);
  }
}

/** Calls a plugin's code; errors thrown there name the plugin. */
export async function named<T>(plugin: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw namedError(plugin, error);
  }
}

/** Leaves coded errors and the host's own {@link GivenUp} as they are; wraps all others. */
function namedError(plugin: string, error: unknown): unknown {
  if (error instanceof ContinuoError || error instanceof GivenUp) return error;
  return failed(plugin, `failed: ${error instanceof Error ? error.message : String(error)}`, error);
}

function failed(plugin: string, what: string, cause?: unknown): ContinuoError {
  return new ContinuoError(
    'PLUGIN_FAILED',
    `The plugin ${plugin} ${what}.`,
    'Its author can mend it; continuo plugin check tries it.',
    { cause },
  );
}

/** Thrown by a check when the request was cancelled. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}
