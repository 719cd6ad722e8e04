/** A signal that aborts as soon as one of several does. */
export interface AnySignal {
  readonly signal: AbortSignal;
  /** Lets go of the signals, which may live for longer. To be called in the end. */
  readonly done: () => void;
}

/**
 * A signal that aborts with the first of `signals` that does, for its reason. In place of AbortSignal.any: the garbage collector of Node 20
 * takes what that makes while somebody waits for it, so that it never aborts.
 */
export function anySignal(...signals: readonly AbortSignal[]): AnySignal {
  const any = new AbortController();
  const abort = ({ target }: Event) => any.abort((target as AbortSignal).reason);
  for (const one of signals) one.addEventListener('abort', abort);
  const first = signals.find(({ aborted }) => aborted);
  if (first) any.abort(first.reason);
  return {
    signal: any.signal,
    done() {
      for (const one of signals) one.removeEventListener('abort', abort);
    },
  };
}
