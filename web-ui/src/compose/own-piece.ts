import { css, html, nothing } from 'lit';
import { PanelElement } from '../app/panel-element.js';
import { controls } from '../app/styles.js';
import { listening } from '../event-target.js';
import { type Misread, readOwn } from './own-piece-text.js';

/** Input of the user's own piece as text (typed, pasted or from a file), as a starting point. */
export class OwnPiece extends PanelElement {
  static override properties = { ...PanelElement.properties, misread: { state: true } };
  static override styles = [
    controls,
    css`
      summary {
        min-height: 44px;
        line-height: 44px;
        cursor: pointer;
      }
      textarea {
        width: 100%;
        font: 14px / 20px ui-monospace, "DejaVu Sans Mono", monospace;
        color: var(--text);
        background: var(--surface);
        border: 1px solid var(--edge);
        border-radius: var(--radius);
        padding: 8px;
        resize: vertical;
      }
      textarea[aria-invalid='true'] {
        border: 2px solid var(--danger);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin: 8px 0;
      }
      input[type='file'] {
        display: none;
      }
      ul {
        margin: 8px 0;
        padding: 0 0 0 16px;
      }
    `,
  ];
  declare misread: readonly Misread[];

  constructor() {
    super();
    this.misread = [];
  }

  override render() {
    const { misread } = this;
    const { pieces, connected } = this.panel;
    const compose = pieces.composer?.compose;
    if (compose === undefined) return nothing;
    const { preview, piece } = compose;
    return html`<details>
      <summary>A ${piece.one} of your own</summary>
      <textarea
        aria-label=${preview === 'abc' ? 'ABC of your own' : `A ${piece.one} of your own`}
        aria-invalid=${misread.length > 0}
        aria-describedby="misread"
        rows="8"
        placeholder=${EXAMPLES[preview]}
        spellcheck="false"
        autocapitalize="off"
      ></textarea>
      <div id="misread" role="alert">
        ${misread.length === 0 ? nothing : html`<ul>${misread.map(({ words }) => html`<li>${words}</li>`)}</ul>`}
      </div>
      <div class="buttons">
        <button ?disabled=${!connected || pieces.busy} @click=${() => this.#open(this.#text.value)}>Open</button>
        <button @click=${() => this.renderRoot.querySelector('input')!.click()}>From a file …</button>
        <input type="file" accept=${FILES[preview]} tabindex="-1" aria-hidden="true" @change=${this.#file} />
      </div>
    </details>`;
  }

  get #text(): HTMLTextAreaElement {
    return this.renderRoot.querySelector('textarea')!;
  }

  /** Opens the first piece and puts the others into the book. Parse errors are shown and marked in the text. */
  #open(text: string): void {
    const { pieces: control } = this.panel;
    const { composer, desk } = control;
    if (composer === undefined || desk === undefined) return;
    const { pieces, misread } = readOwn(composer.compose.preview, text);
    this.misread = misread;
    const at = misread[0]?.at;
    if (at !== undefined) {
      this.#text.focus();
      this.#text.setSelectionRange(at, at + 1);
    }
    const [first, ...others] = pieces;
    for (const piece of others.toReversed()) desk.book.add(piece);
    if (first !== undefined) control.open(first.text);
  }

  readonly #file = async (event: Event): Promise<void> => {
    const input = listening(event, HTMLInputElement);
    const text = await input.files?.[0]?.text();
    input.value = '';
    if (text === undefined) return;
    this.#text.value = text;
    // Read back from the field, whose line ends the offsets are counted with.
    this.#open(this.#text.value);
  };
}

/** Example texts. */
const EXAMPLES = {
  abc: 'X:1\nT:My tune\nR:reel\nM:4/4\nL:1/8\nK:D\nFAAB AFDF|B2Bc dBBd|',
  text: 'What is to be gone on from.',
} as const;
const FILES = {
  abc: '.abc,.txt,text/vnd.abc,text/plain',
  text: '.txt,.md,text/plain,text/*',
} as const;

customElements.define('continuo-own-piece', OwnPiece);
