import { css, html, LitElement } from 'lit';

/** A text piece, as it grows and when it is finished. */
export class PieceText extends LitElement {
  static override properties = { text: { attribute: false }, noun: { attribute: false } };
  static override styles = css`
    :host {
      display: block;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--surface);
      color: var(--text);
    }
    :host([hidden]) {
      display: none;
    }
    /* Lines of a text are read; one that is too long for the page goes on below. */
    pre {
      margin: 0;
      padding: 12px 16px;
      max-width: 80ch;
      min-height: 8lh;
      font: inherit;
      line-height: 24px;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
      user-select: text;
      -webkit-user-select: text;
    }
    pre:focus-visible {
      outline: 3px solid var(--focus);
      outline-offset: 2px;
    }
  `;
  declare text: string;
  /** The noun for a piece. */
  declare noun: string;

  override render() {
    return html`<pre role="textbox" aria-readonly="true" aria-multiline="true" aria-label="The ${this.noun}" tabindex="0">${this.text}</pre>`;
  }
}

customElements.define('continuo-piece-text', PieceText);
