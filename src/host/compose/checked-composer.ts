import { ContinuoError } from '../../errors.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import { type AskedOptions, checkGiven, completeOptions } from '../../plugin/compose-request.js';
import type { ComposeRequest, Composer, ComposeWatch, Piece } from '../../plugin/composer.js';

/** {@link ComposeRequest}, of which options may be left out. */
export type AskedPieces = Omit<ComposeRequest, 'options'> & { readonly options: AskedOptions };

/** A plugin's composer as the host uses it: what it is asked is whole and checked, and what fails in its code names the plugin. */
export class CheckedComposer {
  constructor(
    private readonly composer: Composer,
    private readonly plugin: string,
    private readonly compose: ComposeDescriptor,
    private readonly check: () => void = () => {},
  ) {}

  /** Throws OPTION_VALUE, PARAM_UNKNOWN, PARAM_VALUE, what the plugin throws with a code, PLUGIN_FAILED where its code fails. */
  make(asked: AskedPieces, watch: ComposeWatch = {}): Iterable<Piece> {
    const request = this.#complete(asked);
    const pieces = this.#called(() => this.composer.make(request, watch));
    return this.#checked(pieces, request.count);
  }

  /** Whether pieces can be read. */
  get reads(): boolean {
    return this.composer.read !== undefined;
  }

  /** Throws as {@link make} does, and OPTION_VALUE where the plugin reads no pieces. */
  read(text: string, which?: string): Piece {
    if (!this.composer.read)
      throw new ContinuoError(
        'OPTION_VALUE',
        `The plugin ${this.plugin} reads no ${this.compose.piece.many}.`,
      );
    return this.#whole(this.#called(() => this.composer.read!(text, which)));
  }

  /** Throws as {@link make} does, and OPTION_VALUE where there is no such export. */
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

  /** What the host relies on of a piece. */
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

/** Calls a plugin's code; what fails there names the plugin. */
export async function named<T>(plugin: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw namedError(plugin, error);
  }
}

/** What has a code of its own, or was thrown by the host's own check, stays as it is. */
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

/** Thrown by a check: nobody waits for the piece any more. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}
