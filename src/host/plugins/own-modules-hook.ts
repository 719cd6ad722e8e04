/** The hook of {@link offerOwnModules}, for the thread in which older versions of Node resolve modules. */
let ownParent: string | undefined;

export function initialize({ parentURL }: { readonly parentURL: string }): void {
  ownParent = parentURL;
}

export function resolve(
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => unknown,
): unknown {
  return next(specifier, /^continuo(\/|$)/.test(specifier) ? { ...context, parentURL: ownParent } : context);
}
