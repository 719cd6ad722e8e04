import { css, html, nothing, type PropertyValues } from 'lit';
import { tuneSettings } from '../../src/plugin/tune-options.js';
import { copyText } from './copy-text.js';
import type { Tune } from './panel.js';
import { PanelElement } from './panel-element.js';
import type { Score } from './score.js';
import { controls } from './styles.js';
import { troubleWords } from './trouble-words.js';
import { tuneFields } from './tune-form.js';
import type { TunePlayer } from './tune-player.js';

/** Makes tunes: what is asked for, the tune engraved, played, copied, downloaded. Says `close` when it wants to be. */
export class TuneDrawer extends PanelElement {
  static override properties = {
    ...PanelElement.properties,
    player: { attribute: false },
    said: { state: true },
  };
  static override styles = [
    controls,
    css`
      :host {
        background: var(--ground);
        overflow-y: auto;
        padding: 16px;
      }
      :host([hidden]) {
        display: none;
      }
      header,
      .buttons {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      header {
        justify-content: space-between;
      }
      h2 {
        font-size: 20px;
        color: var(--text);
      }
      h3 {
        font-size: 18px;
        line-height: 24px;
        font-weight: 600;
        margin: 0;
        flex: 1 1 16ch;
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(124px, 1fr));
        gap: 8px 16px;
        align-items: end;
        margin: 8px 0 16px;
      }
      label {
        display: grid;
        font-size: 14px;
        line-height: 24px;
        color: var(--muted);
      }
      form input,
      form select {
        width: 100%;
        min-width: 0;
        min-height: 44px;
        font-size: 16px;
        color: var(--text);
        border: 1px solid var(--edge);
        border-radius: var(--radius);
        background: var(--surface);
        padding: 0 12px;
      }
      ::placeholder {
        color: var(--muted);
        opacity: 1;
      }
      .make:not(:disabled) {
        background: var(--model);
        border-color: var(--model);
        color: var(--on-voice);
        font-weight: 600;
      }
      p {
        margin: 8px 0;
      }
      .paper {
        margin: 8px 0;
        padding: 0 4px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--text);
      }
      .now {
        fill: var(--model);
        stroke: var(--model);
        stroke-width: 1.5px;
      }
      textarea {
        width: 100%;
        font: 14px / 20px ui-monospace, "DejaVu Sans Mono", monospace;
        color: var(--text);
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 8px;
        resize: vertical;
      }
      summary {
        min-height: 44px;
        line-height: 44px;
        cursor: pointer;
      }
    `,
  ];
  declare player: TunePlayer;
  /** What became of the last copying. */
  declare said: string;
  #score: Score | undefined;
  /** The tune that is on the paper. */
  #engraved: Tune | undefined;
  readonly #resized = new ResizeObserver(() => this.#fit());

  constructor() {
    super();
    this.said = '';
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.dispatchEvent(new Event('close'));
    });
  }

  /** The keyboard goes on here. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.make')?.focus());
  }

  protected override firstUpdated(): void {
    this.player.changed = () => {
      if (!this.player.playing) {
        this.#score?.stop();
        this.#fit();
      }
      this.requestUpdate();
    };
    this.#resized.observe(this.#paper);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { tune } = this.panel;
    if (tune === undefined || tune === this.#engraved) return;
    this.#engraved = tune;
    this.player.stop();
    this.said = '';
    this.#score = undefined;
    void this.#engrave(tune);
  }

  override render() {
    const { connected, makingTune, tune } = this.panel;
    return html`
      <header>
        <h2 id="title">Tune</h2>
        <button @click=${() => this.dispatchEvent(new Event('close'))}>
          Close <kbd aria-hidden="true">Esc</kbd>
        </button>
      </header>
      <form aria-labelledby="title" @submit=${this.#make}>
        ${tuneFields()}
        <button class="make" ?disabled=${!connected || makingTune}>${makingTune ? 'Making …' : 'Make'}</button>
      </form>
      ${troubleWords(this.panel.troubleAbout('generateTune'))}
      ${tune === undefined ? html`<p class="muted">Say what you want, or nothing, and press Make.</p>` : this.#result(tune)}
      <div class="paper" ?hidden=${tune === undefined}></div>
      ${tune === undefined ? nothing : this.#source(tune)}
    `;
  }

  #result(tune: Tune) {
    const { player } = this;
    return html`
      <div class="buttons">
        <h3>${tune.title}</h3>
        ${
          player.playing
            ? html`<button @click=${() => player.stop()}>■ Stop the tune</button>`
            : html`<button @click=${this.#play}>▶ Play the tune</button>`
        }
        <button @click=${this.#copy}>Copy ABC</button>
        <button @click=${this.#download}>Download .abc</button>
      </div>
      <p class="muted" role="status">
        ${this.said === '' ? making(tune) : this.said}
      </p>
    `;
  }

  #source({ abc }: Tune) {
    return html`<details>
      <summary>ABC</summary>
      <textarea readonly aria-label="The tune as ABC" rows=${abc.split('\n').length} .value=${abc}></textarea>
    </details>`;
  }

  readonly #make = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    this.panel.makeTune(tuneSettings((id) => String(data.get(id) ?? '')));
  };

  readonly #play = (): void => {
    const { tune } = this.panel;
    if (tune === undefined) return;
    if (this.#score === undefined) return;
    this.player.start(tune.notes);
    this.#score.start();
  };

  readonly #copy = async (): Promise<void> => {
    const source = this.renderRoot.querySelector('textarea')!;
    const details = this.renderRoot.querySelector('details')!;
    const copied = await copyText(source.value, () => {
      details.open = true;
      source.select();
    });
    this.said = copied
      ? 'Copied.'
      : 'The browser does not let a page copy: the text is marked, copy it with Ctrl+C.';
  };

  readonly #download = (): void => {
    const { tune } = this.panel;
    if (tune === undefined) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([tune.abc], { type: 'text/vnd.abc' }));
    link.download = `${tune.title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.abc`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  get #paper(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.paper')!;
  }

  async #engrave({ abc, bpm }: Tune): Promise<void> {
    const { Score } = await import('./score.js');
    // Out of sight nothing can be measured; it is engraved when it comes back.
    if (this.#paper.clientWidth === 0) return;
    this.#score = new Score(this.#paper, abc, bpm);
  }

  /** Engraves anew for another width, unless that would take the cursor's notes away. */
  #fit(): void {
    const width = this.#paper.clientWidth;
    if (this.#engraved === undefined || this.player.playing || width === this.#score?.width) return;
    void this.#engrave(this.#engraved);
  }
}

/** How it was made, and what it owes. */
function making({ settings, model, sharedRun }: Tune): string {
  const made = `Seed ${settings.seed} · model ${model.id} ${model.hash}`;
  if (sharedRun === undefined) return made;
  return sharedRun === null
    ? `${made} · shares no run of notes with a training tune`
    : `${made} · shares ${sharedRun.notes} notes in a row with “${sharedRun.title}” (${sharedRun.book})`;
}

customElements.define('continuo-tune-drawer', TuneDrawer);
