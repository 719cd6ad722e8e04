import * as module from 'node:module';

type Resolve = (
  specifier: string,
  context: { readonly parentURL?: string },
  next: (specifier: string, context: object) => unknown,
) => unknown;

let ready = false;

/**
 * Resolves a plugin's imports of `continuo/plugin` to this program's own modules, wherever the plugin lies and whatever is
 * installed there: a plugin is written against the contract of the host that runs it.
 */
function offerOwnModules(): void {
  if (ready) return;
  ready = true;
  // The types of the oldest Node that is supported do not have this function.
  const { registerHooks } = module as unknown as { registerHooks?: (hooks: { resolve: Resolve }) => void };
  const parentURL = import.meta.url;
  // Since Node 22.15; unlike the older way it needs no extra thread.
  if (registerHooks)
    registerHooks({
      resolve: (specifier, context, next) =>
        next(specifier, isOwn(specifier) ? { ...context, parentURL } : context),
    });
  else module.register(new URL('./own-modules-hook.js', parentURL), { data: { parentURL } });
}

/** Calls {@link offerOwnModules} and loads these modules, so that time measured afterwards is the plugin's own. */
export async function loadOwnModules(): Promise<void> {
  offerOwnModules();
  await import('../../plugin/index.js');
}

const isOwn = (specifier: string): boolean => /^continuo(\/|$)/.test(specifier);
