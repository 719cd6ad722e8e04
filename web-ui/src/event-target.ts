/**
 * The element that listens for an event, checked: lit does not tie a listener's event to its element. Throws a TypeError where
 * it is of another class, which is a mistake in a template.
 *
 * @example
 * html`<input @change=${(event: Event) => this.#rename(listening(event, HTMLInputElement).value)} />`
 */
export function listening<E extends Element>({ currentTarget }: Event, type: abstract new () => E): E {
  if (currentTarget instanceof type) return currentTarget;
  throw new TypeError(`expected ${type.name} to listen, not ${currentTarget?.constructor.name}`);
}
