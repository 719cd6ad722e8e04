/**
 * After a click the keys are the music's again: a button, a slider or a list that was used with the pointer does not keep
 * the focus, where the space bar would press it once more. Who came with the keyboard keeps the focus.
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

/** The event after which a control has done what it was touched for. */
const USED_AT_ONCE: Readonly<Record<string, readonly string[]>> = {
  click: ['button', 'input[type=checkbox]'],
  pointerup: ['input[type=range]'],
  input: ['select'],
};
