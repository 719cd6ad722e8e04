/**
 * Copies `text` to the clipboard. Where the browser denies that (an address that is not this machine's), `select` selects the text
 * and the old copy command is used. Returns whether it worked.
 */
export async function copyText(text: string, select: () => void): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    select();
    return document.execCommand('copy');
  }
}
