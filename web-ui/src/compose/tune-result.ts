import { css, html, LitElement, type PropertyValues } from 'lit';
import { controls } from '../app/styles.js';
import { copyText } from '../notation/copy-text.js';
import type { Tune } from './tune-desk.js';
import { bytesOf, download, fileName } from './tune-files.js';

/** A tune's name, and what can be done with it as it is: played, copied, downloaded. Says `play` and `stop`. */
export class TuneResult extends LitElement {
  static override properties = {
    tune: { attribute: false },
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
          min-width: 24ch;
        }
      }
      p {
        margin: 8px 0;
        overflow-wrap: anywhere;
      }
      /* As wide with the one word as with the other. */
      .play {
        width: 156px;
        padding: 0;
      }
      .files {
        display: flex;
        gap: 8px;
      }
    `,
  ];
  declare tune: Tune;
  declare playing: boolean;
  /** What became of the last copying. */
  declare said: string;

  constructor() {
    super();
    this.said = '';
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('tune')) this.said = '';
  }

  override render() {
    const { tune, playing } = this;
    return html`
      <div class="buttons">
        <h3>${tune.title}</h3>
        <button class="play" @click=${() => this.dispatchEvent(new Event(playing ? 'stop' : 'play'))}>
          ${playing ? '■ Stop the tune' : '▶ Play the tune'}
        </button>
        <button @click=${this.#copy}>Copy ABC</button>
        <span class="files" role="group" aria-label="Download">
          <button aria-label="Download .abc" @click=${this.#abc}>.abc</button>
          <button aria-label="Download .mid" @click=${this.#mid}>.mid</button>
          <button aria-label="Download .svg" @click=${this.#svg}>.svg</button>
        </span>
      </div>
      <p class="muted" role="status" ?hidden=${this.said === ''}>${this.said}</p>
    `;
  }

  readonly #copy = async (): Promise<void> => {
    const text = document.createElement('textarea');
    text.value = this.tune.abc;
    text.setAttribute('aria-hidden', 'true');
    text.style.cssText = 'position: fixed; opacity: 0';
    const copied = await copyText(this.tune.abc, () => {
      this.renderRoot.append(text);
      text.select();
    });
    text.remove();
    this.said = copied
      ? 'Copied.'
      : 'The browser does not let a page copy: open ABC below, and copy it there.';
  };

  readonly #abc = (): void => {
    const { title, abc } = this.tune;
    download(fileName(title, 'abc'), 'text/vnd.abc', abc);
  };

  readonly #mid = (): void => {
    const { title, midi } = this.tune;
    download(fileName(title, 'mid'), 'audio/midi', bytesOf(midi));
  };

  readonly #svg = async (): Promise<void> => {
    const { title, abc } = this.tune;
    const { svgOf } = await import('../notation/score.js');
    download(fileName(title, 'svg'), 'image/svg+xml', svgOf(abc));
  };
}

customElements.define('continuo-tune-result', TuneResult);
