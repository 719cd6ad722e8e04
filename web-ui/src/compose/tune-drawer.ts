import { css, html, nothing } from 'lit';
import { tuneSettings } from '../../../src/plugins/folk/compose/tune-options.js';
import { PanelElement } from '../app/panel-element.js';
import { controls, fields } from '../app/styles.js';
import { troubleWords } from '../app/trouble-words.js';
import '../notation/live-tune.js';
import './tune-change.js';
import { barList, barsOf, listOf } from './tune-bars.js';
import type { Tune, TuneChange } from './tune-desk.js';
import { seldomChanged, tuneFields } from './tune-form.js';
import { formStyles } from './tune-form-styles.js';
import './tune-own.js';
import './tune-paper.js';
import { heard, making } from './tune-making.js';
import type { TunePaper } from './tune-paper.js';
import type { TunePlayer } from './tune-player.js';
import './tune-result.js';
import './tunebook-list.js';
import type { TunebookList } from './tunebook-list.js';

/** Pixels that a line of notation takes. */
const STAFF = 90;

/** Makes tunes: what is asked for, the tune as it grows, what is made of it, and the book. Says `close` when it wants to be. */
export class TuneDrawer extends PanelElement {
  static override properties = {
    ...PanelElement.properties,
    player: { attribute: false },
    bars: { state: true },
    open: { state: true },
    changed: { state: true },
  };
  static override styles = [
    controls,
    fields,
    formStyles,
    css`
      :host {
        background: var(--ground);
        overflow-y: auto;
        padding: 0 16px 16px;
        scroll-padding-top: 60px;
        container-type: inline-size;
      }
      :host([hidden]) {
        display: none;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
        position: sticky;
        top: 0;
        z-index: 1;
        padding: 8px 0;
        background: var(--ground);
      }
      h2 {
        font-size: 20px;
        color: var(--text);
      }
      .desk {
        display: grid;
        gap: 16px;
      }
      .desk > * {
        min-width: 0;
      }
      @container (min-width: 820px) {
        .desk {
          grid-template-columns: minmax(0, 1fr) clamp(200px, 24cqi - 24px, 360px);
        }
      }
      .status {
        flex: 1 1 8em;
        margin: 0;
        padding-left: 8px;
      }
      @container (max-width: 480px) {
        h2 {
          margin-right: auto;
        }
        .status {
          order: 1;
          flex-basis: 100%;
          /* Its line stays when there is nothing to say. */
          min-height: 1.5em;
          padding: 0;
        }
        .head kbd {
          display: none;
        }
      }
      .awaited {
        visibility: hidden;
      }
      /* What is below gives way when Make is pressed, and not when the first line comes. */
      .paper {
        --first: ${4 * STAFF}px;
      }
      .making {
        margin: 8px 0;
        overflow-wrap: anywhere;
      }
      pre {
        margin: 0;
        font: 14px / 20px ui-monospace, "DejaVu Sans Mono", monospace;
        overflow-x: auto;
        user-select: text;
        -webkit-user-select: text;
      }
      summary {
        min-height: 44px;
        line-height: 44px;
        cursor: pointer;
      }
    `,
  ];
  declare player: TunePlayer;
  /** The bars that are chosen, as they were typed. */
  declare bars: string;
  /** Whether all options are shown, and how many of those that may be folded away are not as they were. */
  declare open: boolean;
  declare changed: number;

  constructor() {
    super();
    this.bars = '';
    this.open = false;
    this.changed = 0;
    this.addEventListener('keydown', this.#key);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.#undo);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#undo);
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.dispatchEvent(new Event('close'));
  };

  /** Wherever the keyboard is, but where text is typed, which has an undo of its own. */
  readonly #undo = (event: KeyboardEvent): void => {
    if (this.hidden || event.altKey || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z')
      return;
    const target = event.composedPath()[0];
    if (
      target instanceof HTMLTextAreaElement ||
      (target instanceof HTMLInputElement && target.type !== 'range')
    )
      return;
    event.preventDefault();
    const { tunes } = this.panel;
    if (tunes.busy) return;
    if (event.shiftKey) {
      if (tunes.canRedo) tunes.redo();
      return;
    }
    const list = this.renderRoot.querySelector<TunebookList>('continuo-tunebook');
    if (list?.undo() !== true && tunes.canUndo) tunes.undo();
  };

  /** The keyboard goes on here. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.make')?.focus());
  }

  protected override firstUpdated(): void {
    this.player.changed = () => {
      if (!this.player.playing) this.#paper?.stop();
      this.requestUpdate();
    };
  }

  #shown: Tune | undefined;
  /** A new tune was asked for and is not there yet. */
  #awaited = false;

  /** A new tune that would stand below the drawer's foot is brought into sight, as it grows and when it is there. */
  protected override updated(): void {
    if (!this.#awaited) return;
    const { busy, soFar } = this.panel.tunes;
    this.#awaited = busy;
    const paper = this.#paper;
    if (paper === null || (busy && soFar?.abc === undefined)) return;
    // When what stands above it has been drawn too.
    requestAnimationFrame(() => {
      const low = this.getBoundingClientRect().bottom - STAFF;
      if (paper.getBoundingClientRect().top > low) paper.scrollIntoView();
    });
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    const { tune } = this.panel.tunes;
    if (tune === this.#shown) return;
    // Bars of another tune are other bars.
    if (tune?.bars.length !== this.#shown?.bars.length) this.bars = '';
    this.#shown = tune;
    this.player.stop();
  }

  override render() {
    const { connected, tunes } = this.panel;
    const { tune, busy, soFar } = tunes;
    return html`
      <div class="head">
        <h2 id="title">Tune</h2>
        <p class="status muted" role="status">${this.#status()}</p>
        <button form="wish" class="make" ?disabled=${!connected} aria-disabled=${busy}>Make</button>
        <button type="button" ?disabled=${!busy} @click=${() => tunes.cancel()}>Cancel</button>
        <button @click=${() => this.dispatchEvent(new Event('close'))}>
          Close <kbd aria-hidden="true">Esc</kbd>
        </button>
      </div>
      <continuo-live-tune .panel=${this.panel}></continuo-live-tune>
      <form
        id="wish"
        class=${this.open ? 'open' : nothing}
        aria-labelledby="title"
        @submit=${this.#make}
        @input=${this.#count}
        @invalid=${this.#unfold}
      >
        ${tuneFields(this.open, this.changed, () => {
          this.open = !this.open;
        })}
      </form>
      ${troubleWords(tunes.trouble)}
      <continuo-tune-own .panel=${this.panel}></continuo-tune-own>
      <div class="desk">
        <div>
          ${tune === undefined && !busy ? nothing : this.#result(tune)}
          <continuo-tune-paper
            class="paper"
            ?hidden=${tune === undefined && !busy}
            .tune=${tune}
            .growing=${soFar?.abc}
            .chosen=${barsOf(barList(this.bars), tune?.bars ?? [])}
            @bars-change=${(event: CustomEvent<ReadonlySet<number>>) => {
              this.bars = listOf(event.detail);
            }}
          ></continuo-tune-paper>
          ${tune === undefined ? nothing : under(tune)}
        </div>
        <continuo-tunebook role="region" aria-label="Tunebook" .panel=${this.panel}></continuo-tunebook>
      </div>
    `;
  }

  /** Room is kept for it while the first tune is made: nothing is pushed away when that is there. */
  #result(tune: Tune | undefined) {
    const { tunes } = this.panel;
    return html`<div class=${tune === undefined ? 'awaited' : nothing} ?inert=${tune === undefined}>
      <continuo-tune-result
        .tune=${tune ?? NO_TUNE}
        .playing=${this.player.playing}
        @play=${this.#play}
        @stop=${() => this.player.stop()}
      ></continuo-tune-result>
      <continuo-tune-change
        .tune=${tune ?? NO_TUNE}
        .bars=${this.bars}
        .busy=${tunes.busy || !this.panel.connected}
        .canUndo=${tunes.canUndo}
        .canRedo=${tunes.canRedo}
        @bars-typed=${(event: CustomEvent<string>) => {
          this.bars = event.detail;
        }}
        @tune-change=${(event: CustomEvent<TuneChange>) => this.#change(event.detail)}
        @undo=${() => tunes.undo()}
        @redo=${() => tunes.redo()}
      ></continuo-tune-change>
    </div>`;
  }

  #status(): string {
    const { tune, busy, soFar, making } = this.panel.tunes;
    if (!this.panel.connected) return 'The host is lost: no tune can be made now.';
    if (making !== undefined && making.bestOf > 1 && soFar !== undefined && soFar.candidates > 0)
      return `Making … candidate ${soFar.candidates} of ${making.bestOf}`;
    if (making !== undefined) return 'Making …';
    if (busy) return 'Reading …';
    return tune === undefined ? 'Say what you want, or nothing, and press Make.' : '';
  }

  get #form(): HTMLFormElement {
    return this.renderRoot.querySelector('form')!;
  }

  /** What the form says, by the option. */
  get #typed() {
    const data = new FormData(this.#form);
    return (id: string) => String(data.get(id) ?? '');
  }

  readonly #count = (): void => {
    this.changed = seldomChanged(this.#typed);
  };

  /** A browser cannot point at what is wrong where it is folded away. */
  readonly #unfold = {
    capture: true,
    handleEvent: (event: Event): void => {
      if (this.open) return;
      event.preventDefault();
      this.open = true;
      void this.updateComplete.then(() => this.#form.reportValidity());
    },
  };

  readonly #make = (event: SubmitEvent): void => {
    event.preventDefault();
    this.panel.tunes.make(tuneSettings(this.#typed));
    this.#awaited = this.panel.tunes.busy;
  };

  /** Type, key and meter are the tune's own; and who asks twice wants two answers, whatever seed the form says. */
  #change(change: TuneChange): void {
    const { type: _, key: __, meter: ___, seed: ____, ...settings } = tuneSettings(this.#typed);
    this.panel.tunes.change(change, settings);
  }

  readonly #play = (): void => {
    const { tune } = this.panel.tunes;
    if (tune === undefined) return;
    this.panel.playback.stop();
    this.player.start(tune.notes);
    this.#paper?.start();
  };

  get #paper(): TunePaper | null {
    return this.renderRoot.querySelector<TunePaper>('continuo-tune-paper');
  }
}

/** What stands there before there is one, unseen. */
const NO_TUNE: Tune = { abc: '', title: '\u00a0', bars: [], notes: [], bpm: 120, midi: '', lost: {} };

function under(tune: Tune) {
  return html`<p class="making" ?hidden=${heard(tune) === ''}>${heard(tune)}</p>
    <p class="muted making">${making(tune)}</p>
    <details>
    <summary>ABC</summary>
    <pre role="textbox" aria-readonly="true" aria-label="The tune as ABC" tabindex="0">${tune.abc}</pre>
  </details>`;
}

customElements.define('continuo-tune-drawer', TuneDrawer);
