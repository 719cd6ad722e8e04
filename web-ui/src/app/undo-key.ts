/** Ctrl (on a Mac, Command) with Z, and with Shift. Returns what they ask for, but not in a field, which has an undo of its own. */
export function undoKey(event: KeyboardEvent): 'undo' | 'redo' | undefined {
  if (event.altKey || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return undefined;
  const [target] = event.composedPath();
  if (target instanceof HTMLTextAreaElement) return undefined;
  if (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox')
    return undefined;
  return event.shiftKey ? 'redo' : 'undo';
}
