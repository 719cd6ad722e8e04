import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { ComposerChoice } from '../../../src/protocol/session-protocol.js';
import { controls } from '../app/styles.js';
import { copyText } from '../notation/copy-text.js';
import type { Piece } from './piece-desk.js';

/**
 * A piece's title and actions: play, copy, download in each of the plugin's formats. Dispatches `play` and `stop`, and `download`
 * with the name of a format.
 */
export class PieceResult extends LitElement {
  static override properties = {
    compose: { attribute: false },
    piece: { attribute: false },
    playing: { attribute: false },
    said: { state: true },
  };
  static override styles = [
    controls,
    css`
      .buttons {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      h3 {
        font-size: 18px;
        line-height: 24px;
        font-weight: 600;
        margin: 0;
        flex: 1 1 16ch;
        overflow-wrap: anywhere;
      }
      @container (min-width: 480px) and (max-width: 819px) {
        h3 {
          flex-basis: 100%;
        }
      }
      /* A long one has the line to itself. */
      @container (min-width: 820px) {
        h3 {
          flex-basis: auto;
          min-width: 20ch;
        }
      }
      p {
        margin: 8px 0;
        overflow-wrap: anywhere;
      }
      /* As wide with the one word as with the other. */
      .play {
        min-width: 156px;
        padding: 0 8px;
      }
      .files {
        display: flex;
        gap: 8px;
      }
    `,
  ];
  declare compose: ComposerChoice['compose'];
  declare piece: Piece;
  declare playing: boolean;
  /** Result of the last copy, as text. */
  declare said: string;

  constructor() {
    super();
    this.said = '';
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('piece')) this.said = '';
  }

  override render() {
    const { piece, playing, compose } = this;
    const { one } = compose.piece;
    return html`
      <div class="buttons">
        <h3>${piece.title}</h3>
        ${
          // Without a piece there is room for the button, too.
          piece.notes.length === 0 && piece.text !== ''
            ? nothing
            : html`<button class="play" @click=${() => this.dispatchEvent(new Event(playing ? 'stop' : 'play'))}>
                ${playing ? `■ Stop the ${one}` : `▶ Play the ${one}`}
              </button>`
        }
        <button @click=${this.#copy}>Copy ${this.#textName}</button>
        <span class="files" role="group" aria-label="Download">
          ${Object.entries(compose.exports).map(
            ([format, { ending, help }]) => html`<button
              aria-label="Download .${ending}"
              title=${help}
              @click=${() => this.dispatchEvent(new CustomEvent('download', { detail: format }))}
            >
              .${ending}
            </button>`,
          )}
        </span>
      </div>
      <p class="muted" role="status" ?hidden=${this.said === ''}>${this.said}</p>
    `;
  }

  /** What the text of a piece is called. */
  get #textName(): string {
    return this.compose.preview === 'abc' ? 'ABC' : 'text';
  }

  readonly #copy = async (): Promise<void> => {
    const text = document.createElement('textarea');
    text.value = this.piece.text;
    text.setAttribute('aria-hidden', 'true');
    text.style.cssText = 'position: fixed; opacity: 0';
    const copied = await copyText(this.piece.text, () => {
      this.renderRoot.append(text);
      text.select();
    });
    text.remove();
    this.said = copied
      ? 'Copied.'
      : `The browser does not let a page copy: ${this.compose.preview === 'abc' ? 'open ABC below, and copy it there' : 'mark the text below, and copy it'}.`;
  };
}

customElements.define('continuo-piece-result', PieceResult);
