import { css, html, LitElement, nothing } from 'lit';
import type { SeenToken } from './network-store.js';
import { isForetold } from './surprise.js';

/** The likeliest choices at one token as bars in musical words: what was forbidden is struck through, what came is marked. */
export class Choices extends LitElement {
  static override properties = { token: { attribute: false } };
  static override styles = css`
    :host {
      display: block;
      font-size: 13px;
      line-height: 20px;
    }
    p {
      margin: 0 0 4px;
      min-height: 44px;
      overflow: hidden;
    }
    ol {
      clear: both;
    }
    .nats {
      color: var(--muted);
      white-space: nowrap;
    }
    ol {
      list-style: none;
      margin: 0;
      padding: 0;
      display: grid;
      gap: 2px;
    }
    li {
      position: relative;
      display: flex;
      gap: 8px;
      justify-content: space-between;
      padding: 1px 6px 1px 16px;
      border-radius: 4px;
      overflow: hidden;
      isolation: isolate;
    }
    li span:first-of-type,
    s {
      overflow: hidden;
      white-space: nowrap;
      text-overflow: ellipsis;
    }
    s {
      color: var(--muted);
    }
    .share {
      flex: none;
    }
    /* The network alone, and what the grammar left of it. */
    .alone,
    .left {
      position: absolute;
      inset: 0 auto 0 0;
      z-index: -1;
      border-radius: 4px;
      forced-color-adjust: none;
    }
    .alone {
      border: 1px solid var(--edge);
    }
    .left {
      background: color-mix(in srgb, var(--model) 28%, var(--surface));
    }
    .player .left {
      background: color-mix(in srgb, var(--player) 28%, var(--surface));
    }
    .chosen {
      font-weight: 600;
      outline: 2px solid var(--text);
      outline-offset: -2px;
    }
    .said {
      position: absolute;
      width: 1px;
      height: 1px;
      clip-path: inset(50%);
      overflow: hidden;
    }
    .chosen::before {
      content: "▸" / "";
      position: absolute;
      left: 4px;
    }
  `;
  declare token: SeenToken | undefined;

  override render() {
    const { token } = this;
    if (token === undefined) return html`<p>Nothing was stepped here yet. Play, or start the model.</p>`;
    const came = token.choices.find(({ chosen }) => chosen);
    return html`
      <p>
        ${token.drawn ? 'The model chose' : 'It heard'} <b>${came?.words ?? '?'}</b>
        <span class="nats">${isForetold(token) ? `${token.nats.toFixed(1)} nats` : 'not foretold'}</span>
      </p>
      <ol class=${token.drawn ? 'model' : 'player'} aria-label="Likeliest choices">
        ${token.choices.map(
          ({ words, probability, afterGrammar, forbidden, chosen }) => html`<li
            class=${chosen ? 'chosen' : ''}
            title="${words}: ${percent(probability)} by the network, ${percent(afterGrammar)} after the grammar"
          >
            <i class="left" .style=${`width: ${100 * afterGrammar}%`}></i>
            <i class="alone" .style=${`width: ${100 * probability}%`}></i>
            ${forbidden ? html`<s>${words}</s>` : html`<span>${words}</span>`}
            <span class="share">
              ${forbidden ? html`<s>${percent(probability)}</s>` : percent(afterGrammar)}
            </span>
            ${forbidden ? html`<span class="said">forbidden</span>` : nothing}
            ${chosen ? html`<span class="said">chosen</span>` : nothing}
          </li>`,
        )}
      </ol>
    `;
  }
}

function percent(share: number): string {
  return share > 0 && share < 0.005 ? '<1 %' : `${(100 * share).toFixed(0)} %`;
}

customElements.define('continuo-choices', Choices);
