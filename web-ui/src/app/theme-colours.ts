/** Calls `read` with what resolves a colour of the current theme, by its name, at `element`. */
export function withThemeColours<T>(element: Element, read: (colour: (name: string) => string) => T): T {
  // A custom property keeps light-dark() as text; a real property resolves it to a colour.
  const probe = document.createElement('span');
  // In forced-colors mode all text would have one colour.
  probe.style.setProperty('forced-color-adjust', 'none');
  element.shadowRoot!.append(probe);
  try {
    return read((name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    });
  } finally {
    probe.remove();
  }
}
