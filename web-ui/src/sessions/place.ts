/** Where the page's address names the session that it shows. */
export interface SessionPlace {
  /** Id of the session that the address names. */
  read(): string | undefined;
  /** `step`: a choice that the browser's Back undoes. */
  write(id: string | undefined, step: boolean): void;
  /** Calls back when the user goes back or forth, or edits the address. */
  watch(changed: () => void): void;
}

const NAME = 'session';

/** The part of the address behind `#`, as in `http://127.0.0.1:8137/#session=abcdefgh`: it is not sent to the host. */
export const addressBar: SessionPlace = {
  read: () => new URLSearchParams(location.hash.slice(1)).get(NAME) ?? undefined,
  write(id, step) {
    if (id === this.read()) return;
    const url = new URL(location.href);
    url.hash = id === undefined ? '' : `${NAME}=${id}`;
    if (step) history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  },
  watch(changed) {
    addEventListener('popstate', changed);
    addEventListener('hashchange', changed);
  },
};
