import { css, html, nothing } from 'lit';
import { PanelElement } from '../app/panel-element.js';
import { controls } from '../app/styles.js';
import { download } from '../compose/piece-files.js';
import { listening } from '../event-target.js';
import { copyText } from './copy-text.js';
import '../compose/piece-score.js';

/** The notation of both voices so far, engraved as it grows. Empty where the plugin writes none. */
export class LiveTune extends PanelElement {
  static override properties = {
    ...PanelElement.properties,
    said: { state: true },
    chosen: { state: true },
  };
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      section {
        margin: 8px 0 24px;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      h3 {
        flex: 1 1 16ch;
        margin: 0;
        font-size: 16px;
        font-weight: 600;
      }
      .sheet {
        margin-top: 8px;
        max-height: 44vh;
        overflow-y: auto;
      }
      continuo-piece-score {
        display: block;
      }
    `,
  ];
  /** Result of the last copy, as text. */
  declare said: string;
  /** Id of the member of a band whose music is shown, where several write theirs. */
  declare chosen: string;
  /** Keeps the newest bars in view. */
  readonly #grown = new ResizeObserver(() => {
    const sheet = this.renderRoot.querySelector('.sheet');
    if (sheet) sheet.scrollTop = sheet.scrollHeight;
  });
  #observed: Element | null = null;

  constructor() {
    super();
    this.said = '';
    this.chosen = '';
  }

  protected override updated(): void {
    const paper = this.renderRoot.querySelector('continuo-piece-score');
    if (paper === this.#observed) return;
    this.#grown.disconnect();
    this.#observed = paper;
    if (paper) this.#grown.observe(paper);
  }

  /** The music that is shown. */
  get #tune() {
    const { tunes } = this.panel;
    return tunes.find(({ id }) => id === this.chosen) ?? tunes[0];
  }

  override render() {
    const tune = this.#tune;
    if (tune === undefined) return nothing;
    const { abc: notation } = tune;
    return html`<section aria-label="The jam so far">
      <div class="head">
        <h3>The jam so far</h3>
        ${this.#memberField(tune.id)}
        <button type="button" @click=${this.#copy}>Copy ABC</button>
        <button type="button" @click=${() => download('jam.abc', 'text/vnd.abc', notation)}>Download .abc</button>
      </div>
      <div class="sheet" tabindex="0" role="group" aria-label="Notation of the jam">
        <continuo-piece-score .growing=${unfinished(notation)}></continuo-piece-score>
      </div>
      <p class="muted" role="status">${this.said}</p>
    </section>`;
  }

  /** Whose music is shown, where several members of a band write theirs. */
  #memberField(shown: string) {
    const { tunes } = this.panel;
    if (tunes.length < 2) return nothing;
    return html`<label>Played by
      <select
        aria-label="Whose notation"
        @change=${(event: Event) => {
          this.chosen = listening(event, HTMLSelectElement).value;
        }}
      >
        ${tunes.map(({ id, name }) => html`<option value=${id} ?selected=${id === shown}>${name}</option>`)}
      </select>
    </label>`;
  }

  readonly #copy = async (): Promise<void> => {
    const copied = await copyText(this.#tune?.abc ?? '', () => undefined);
    this.said = copied ? 'Copied.' : 'The browser does not let a page copy: download it instead.';
  };
}

/** ABC without the final bar line: the tune goes on. */
function unfinished(abc: string): string {
  return abc.replace(/\|\]\n$/, '|\n');
}

customElements.define('continuo-live-tune', LiveTune);
