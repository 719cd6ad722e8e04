/**
 * Puts `text` on the clipboard. Where the browser keeps that from pages (an address that is not this machine's), `select` marks
 * the text and the old command is tried. Says whether it is there.
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
