/**
 * Removes the focus from a control after use with the pointer, so that the keys play music again and the space bar does not press
 * it once more. Keyboard users keep the focus.
 */
export function returnFocusAfterPointer(): void {
  let pointed = false;
  addEventListener(
    'pointerdown',
    () => {
      pointed = true;
    },
    { capture: true },
  );
  addEventListener(
    'keydown',
    () => {
      pointed = false;
    },
    { capture: true },
  );
  const letGo = (event: Event) => {
    const control = event.composedPath()[0];
    if (
      pointed &&
      control instanceof HTMLElement &&
      USED_AT_ONCE[event.type]?.some((kind) => control.matches(kind))
    )
      control.blur();
  };
  for (const type of Object.keys(USED_AT_ONCE)) addEventListener(type, letGo);
}

/** Selectors of controls that are done after an event, by the event. */
const USED_AT_ONCE: Readonly<Record<string, readonly string[]>> = {
  click: ['button', 'input[type=checkbox]'],
  pointerup: ['input[type=range]'],
  input: ['select'],
};
