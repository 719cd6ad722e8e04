import { css, html, nothing } from 'lit';
import type { ComposerChoice } from '../../../src/protocol/session-protocol.js';
import { PanelElement } from '../app/panel-element.js';
import { controls, fields } from '../app/styles.js';
import { listening } from '../event-target.js';
import { type BookPiece, LONGEST_TITLE } from './piece-book.js';
import { download, fileName } from './piece-files.js';
import { capitalised } from './piece-words.js';

/** The list of pieces kept in this browser: open, rename, delete, export as one file. */
export class PieceBookList extends PanelElement {
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
  /** The piece being renamed. */
  declare renaming: number | undefined;
  /** Result of the last undo, as text. */
  declare said: string;
  readonly #stored = (): void => {
    this.panel.pieces.desk?.book.reload();
    this.requestUpdate();
  };

  constructor() {
    super();
    this.said = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Another page of this browser has written to the storage.
    addEventListener('storage', this.#stored);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('storage', this.#stored);
  }

  override render() {
    const { desk, composer } = this.panel.pieces;
    if (desk === undefined || composer === undefined) return nothing;
    const { book, deleted } = desk;
    const { exports, piece } = composer.compose;
    const ending = Object.values(exports)[0]!.ending;
    const rows = book.pieces.map((one) => this.#row(one));
    return html`
      <div class="head">
        <h2 id="book">${bookName(composer.compose)}</h2>
        ${
          book.pieces.length === 0
            ? nothing
            : html`<button aria-label="Save all ${piece.many} as one .${ending}" @click=${this.#export}>Save all</button>`
        }
      </div>
      ${book.kept ? nothing : html`<p class="trouble" role="alert">${NOT_KEPT}</p>`}
      ${deleted === undefined ? nothing : this.#deletedRow(deleted.piece)}
      ${
        rows.length === 0
          ? html`<p class="muted">${capitalised(piece.many)} that you make are kept here, in this browser.</p>`
          : html`<ol aria-labelledby="book">${rows}</ol>`
      }
      <p class="said" role="status">${deleted === undefined ? this.said : `Deleted “${deleted.piece.title}”.`}</p>
    `;
  }

  #row({ id, title }: BookPiece) {
    const { pieces } = this.panel;
    if (this.renaming === id)
      return html`<li>
        <input
          aria-label="Name of the ${pieces.composer?.compose.piece.one}"
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
        data-piece=${id}
        title=${title}
        aria-current=${id === pieces.desk?.id}
        ?disabled=${!this.panel.connected}
        @click=${() => pieces.openFromBook(id)}
      >
        <span>${title}</span>
      </button>
      <button aria-label="Rename ${title}" title="Rename" @click=${() => this.#rename(id)}>✎</button>
      <button aria-label="Delete ${title}" title="Delete" @click=${() => this.#delete(id)}>✕</button>
    </li>`;
  }

  /** The row of a deleted piece; it stays until the next action. */
  #deletedRow({ title }: BookPiece) {
    return html`<div class="deleted">
      <s class="title" title=${title}><span>${title}</span></s>
      <button class="undo" aria-label="Undo: put ${title} back" @click=${this.#restore}>Undo</button>
    </div>`;
  }

  /** Restores the piece deleted last. Returns whether there was one. */
  undo(): boolean {
    if (this.panel.pieces.desk?.deleted === undefined) return false;
    void this.#restore();
    return true;
  }

  readonly #restore = async (): Promise<void> => {
    const keyboard = this.#hasKeyboard;
    const deleted = this.panel.pieces.desk?.deleted;
    const id = this.panel.pieces.do((desk) => desk.restore());
    this.said = deleted === undefined ? '' : `“${deleted.piece.title}” is back.`;
    if (keyboard) await this.#focus(`[data-piece="${id}"]`);
  };

  /** Whether the focus is visibly here (keyboard use); it then moves on with the action. */
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
    // Keep Escape from closing the drawer.
    event.stopPropagation();
    this.renaming = undefined;
  }

  #renamed(event: Event, id: number): void {
    if (this.renaming !== id) return;
    this.renaming = undefined;
    const { value } = listening(event, HTMLInputElement);
    this.panel.pieces.do((desk) => desk.rename(id, value));
  }

  #delete(id: number): void {
    const keyboard = this.#hasKeyboard;
    this.said = '';
    this.panel.pieces.do((desk) => desk.delete(id));
    if (keyboard) void this.#focus('.undo');
  }

  readonly #export = (): void => {
    const { desk, composer } = this.panel.pieces;
    if (desk === undefined || composer === undefined) return;
    const { exports, piece, preview } = composer.compose;
    const { ending, mediaType } = Object.values(exports)[0]!;
    const name = preview === 'abc' ? 'tunebook' : piece.many;
    download(fileName(name, ending, 'pieces'), mediaType, desk.book.export());
  };
}

const NOT_KEPT =
  'This browser does not keep the book, or has no more room for it. Save all as a file before you leave.';

/** The book's name; books of ABC have one of their own. */
function bookName({ preview, piece }: ComposerChoice['compose']): string {
  return preview === 'abc' ? 'Tunebook' : `Your ${piece.many}`;
}

customElements.define('continuo-piece-book', PieceBookList);
