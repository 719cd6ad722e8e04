import { css, html, LitElement } from 'lit';
import { ACTION_KEYS, type Action } from '../keyboard/key-map.js';
import { controls } from './styles.js';

/** The list of keyboard shortcuts. */
export class Help extends LitElement {
  static override styles = [
    controls,
    css`
      dialog {
        border: 1px solid var(--edge);
        border-radius: 12px;
        background: var(--surface);
        color: var(--text);
        padding: 24px;
        max-width: min(560px, 92vw);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 50%);
      }
      /* In sight from end to end, and first: what is opened shows its beginning. */
      .head {
        position: sticky;
        top: -24px;
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 16px;
        margin: -24px -24px 0;
        padding: 16px 24px;
        background: var(--surface);
      }
      h2 {
        margin: 0;
        font-size: 20px;
        line-height: 24px;
        font-weight: 600;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 8px 16px;
        margin: 0;
      }
      dt {
        text-align: right;
      }
      dd {
        margin: 0;
      }
    `,
  ];

  get open(): boolean {
    return this.renderRoot.querySelector('dialog')?.open ?? false;
  }

  toggle(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog?.open) dialog.close();
    else dialog?.showModal();
  }

  override render() {
    return html`<dialog aria-labelledby="title">
      <div class="head">
        <h2 id="title">The keys</h2>
        <button @click=${() => this.toggle()}>Close</button>
      </div>
      <dl>
        <dt><kbd>A</kbd> <kbd>W</kbd> <kbd>S</kbd> … <kbd>K</kbd></dt>
        <dd>Play: the middle row is white keys, the row above black ones</dd>
        <dt><kbd>Shift</kbd></dt>
        <dd>Pedal, while it is held</dd>
        <dt><kbd>Ctrl</kbd> <kbd>Z</kbd></dt>
        <dd>Undo the last change of the session; in a drawer, what was changed there</dd>
        <dt><kbd>Ctrl</kbd> <kbd>Shift</kbd> <kbd>Z</kbd></dt>
        <dd>Make it again</dd>
        ${(Object.keys(ACTION_KEYS) as Action[]).map(
          (action) => html`<dt><kbd>${ACTION_KEYS[action].label}</kbd></dt>
            <dd>${ACTION_KEYS[action].does}</dd>`,
        )}
      </dl>
    </dialog>`;
  }
}

customElements.define('continuo-help', Help);
