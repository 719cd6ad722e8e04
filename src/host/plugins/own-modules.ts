import * as module from 'node:module';

type Resolve = (
  specifier: string,
  context: { readonly parentURL?: string },
  next: (specifier: string, context: object) => unknown,
) => unknown;

let ready = false;

/**
 * From now on what a plugin imports as `continuo/plugin` is this program's own, wherever the plugin lies and whatever is installed
 * there: a plugin is written against the contract of the host that runs it.
 */
function offerOwnModules(): void {
  if (ready) return;
  ready = true;
  const { registerHooks } = module as unknown as { registerHooks?: (hooks: { resolve: Resolve }) => void };
  const parentURL = import.meta.url;
  // Since Node 22.15; it takes a thread less than the older way.
  if (registerHooks)
    registerHooks({
      resolve: (specifier, context, next) =>
        next(specifier, isOwn(specifier) ? { ...context, parentURL } : context),
    });
  else module.register(new URL('./own-modules-hook.js', parentURL), { data: { parentURL } });
}

/** The same, and what plugins import of it is loaded: what follows is time that a plugin takes. */
export async function loadOwnModules(): Promise<void> {
  offerOwnModules();
  await import('../../plugin/index.js');
}

const isOwn = (specifier: string): boolean => /^continuo(\/|$)/.test(specifier);
