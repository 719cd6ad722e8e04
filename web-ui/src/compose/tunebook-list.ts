import { css, html, nothing } from 'lit';
import { PanelElement } from '../app/panel-element.js';
import { controls, fields } from '../app/styles.js';
import { download } from './tune-files.js';
import { type BookTune, LONGEST_TITLE } from './tunebook.js';

/** The book of tunes that this browser keeps: opened, renamed, deleted, written out as one file. */
export class TunebookList extends PanelElement {
  static override properties = {
    ...PanelElement.properties,
    renaming: { state: true },
    said: { state: true },
  };
  static override styles = [
    controls,
    fields,
    css`
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        min-height: 44px;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        max-height: 480px;
        overflow-y: auto;
        border-top: 1px solid var(--line);
      }
      li {
        display: flex;
        gap: 4px;
        padding: 4px 0;
        border-bottom: 1px solid var(--line);
      }
      .title {
        flex: 1 1 auto;
        min-width: 0;
        text-align: left;
        line-height: 20px;
        padding: 4px 8px;
        overflow-wrap: anywhere;
      }
      /* Three lines of a long name, and all of it where the keyboard is, or the mouse rests. */
      .title span {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 3;
        overflow: hidden;
      }
      .title:focus-visible span {
        -webkit-line-clamp: none;
      }
      li button {
        border-color: transparent;
        background: transparent;
      }
      .deleted {
        display: flex;
        align-items: center;
        margin-bottom: 8px;
        color: var(--muted);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      .undo {
        flex: none;
        align-self: stretch;
        margin: -1px;
        color: var(--text);
      }
      .said {
        position: absolute;
        width: 1px;
        height: 1px;
        margin: 0;
        overflow: hidden;
        clip-path: inset(50%);
      }
      li button:not(.title) {
        flex: none;
        width: 44px;
        padding: 0;
      }
      .title[aria-current='true'] {
        font-weight: 600;
        border-left: 3px solid var(--model);
        border-radius: 0 var(--radius) var(--radius) 0;
      }
      input {
        flex: 1 1 auto;
      }
      p {
        margin: 8px 0;
      }
    `,
  ];
  /** The tune whose name is being typed. */
  declare renaming: number | undefined;
  /** What became of the last undo. */
  declare said: string;
  readonly #stored = (): void => {
    this.panel.tunes.book.reload();
    this.requestUpdate();
  };

  constructor() {
    super();
    this.said = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Another page of this browser has written.
    addEventListener('storage', this.#stored);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('storage', this.#stored);
  }

  override render() {
    const { book, deleted } = this.panel.tunes;
    const rows = book.tunes.map((tune) => this.#row(tune));
    return html`
      <div class="head">
        <h2 id="book">Tunebook</h2>
        ${
          book.tunes.length === 0
            ? nothing
            : html`<button aria-label="Save all tunes as one .abc" @click=${this.#export}>Save all</button>`
        }
      </div>
      ${book.kept ? nothing : html`<p class="trouble" role="alert">${NOT_KEPT}</p>`}
      ${deleted === undefined ? nothing : this.#deletedRow(deleted.tune)}
      ${
        rows.length === 0
          ? html`<p class="muted">Tunes that you make are kept here, in this browser.</p>`
          : html`<ol aria-labelledby="book">${rows}</ol>`
      }
      <p class="said" role="status">${deleted === undefined ? this.said : `Deleted “${deleted.tune.title}”.`}</p>
    `;
  }

  #row({ id, title }: BookTune) {
    const { tunes } = this.panel;
    if (this.renaming === id)
      return html`<li>
        <input
          aria-label="Name of the tune"
          maxlength=${LONGEST_TITLE}
          .value=${title}
          autocomplete="off"
          @keydown=${(event: KeyboardEvent) => this.#typed(event, id)}
          @blur=${(event: Event) => this.#renamed(event, id)}
        />
      </li>`;
    return html`<li>
      <button
        class="title"
        data-tune=${id}
        title=${title}
        aria-current=${id === tunes.id}
        ?disabled=${!this.panel.connected}
        @click=${() => tunes.openFromBook(id)}
      >
        <span>${title}</span>
      </button>
      <button aria-label="Rename ${title}" title="Rename" @click=${() => this.#rename(id)}>✎</button>
      <button aria-label="Delete ${title}" title="Delete" @click=${() => this.#delete(id)}>✕</button>
    </li>`;
  }

  /** Stands until something else is done. */
  #deletedRow({ title }: BookTune) {
    return html`<div class="deleted">
      <s class="title" title=${title}><span>${title}</span></s>
      <button class="undo" aria-label="Undo: put ${title} back" @click=${this.#restore}>Undo</button>
    </div>`;
  }

  /** Puts back what was deleted last; says whether there was anything. */
  undo(): boolean {
    if (this.panel.tunes.deleted === undefined) return false;
    void this.#restore();
    return true;
  }

  readonly #restore = async (): Promise<void> => {
    const keyboard = this.#hasKeyboard;
    const { deleted } = this.panel.tunes;
    const id = this.panel.tunes.restore();
    this.said = deleted === undefined ? '' : `“${deleted.tune.title}” is back.`;
    if (keyboard) await this.#focus(`[data-tune="${id}"]`);
  };

  /** Whether the focus is here, and to be seen: it is then taken along to where one goes on. */
  get #hasKeyboard(): boolean {
    return this.shadowRoot?.activeElement?.matches(':focus-visible') ?? false;
  }

  async #focus(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  async #rename(id: number): Promise<void> {
    this.renaming = id;
    await this.updateComplete;
    const input = this.renderRoot.querySelector('input');
    input?.focus();
    input?.select();
  }

  #typed(event: KeyboardEvent, id: number): void {
    if (event.key === 'Enter') this.#renamed(event, id);
    if (event.key !== 'Escape') return;
    // Not the drawer's: it stays open.
    event.stopPropagation();
    this.renaming = undefined;
  }

  #renamed(event: Event, id: number): void {
    if (this.renaming !== id) return;
    this.renaming = undefined;
    this.panel.tunes.rename(id, (event.target as HTMLInputElement).value);
  }

  #delete(id: number): void {
    const keyboard = this.#hasKeyboard;
    this.said = '';
    this.panel.tunes.delete(id);
    if (keyboard) void this.#focus('.undo');
  }

  readonly #export = (): void => {
    download('tunebook.abc', 'text/vnd.abc', this.panel.tunes.book.export());
  };
}

const NOT_KEPT =
  'This browser does not keep the book, or has no more room for it. Save all tunes as a file before you leave.';

customElements.define('continuo-tunebook', TunebookList);
