import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ComposerChoice } from '../../../src/protocol/session-protocol.js';
import { PanelElement } from '../app/panel-element.js';
import { controls, drawer, fields } from '../app/styles.js';
import { troubleWords } from '../app/trouble-words.js';
import { undoKey } from '../app/undo-key.js';
import { listening } from '../event-target.js';
import { option } from '../params/option.js';
import '../notation/live-tune.js';
import './own-piece.js';
import './piece-book-list.js';
import type { PieceBookList } from './piece-book-list.js';
import type { EditRequest } from './piece-controller.js';
import type { Piece } from './piece-desk.js';
import './piece-edits.js';
import { bytesOf, download, fileName } from './piece-files.js';
import './piece-form.js';
import { PieceForm } from './piece-form.js';
import { makeStyles } from './piece-form-styles.js';
import type { PiecePlayer } from './piece-player.js';
import './piece-result.js';
import './piece-score.js';
import type { PieceScore } from './piece-score.js';
import './piece-text.js';
import { capitalised, fieldNames, heard, making } from './piece-words.js';
import { listOf, segmentList, segmentsOf } from './segments.js';

/** Height of a line of notation in pixels. */
const STAFF = 90;

/** The drawer for making pieces: the form, the piece as it grows, its edits, and the book. Dispatches `close` to be closed. */
export class PieceDrawer extends PanelElement {
  static override properties = {
    ...PanelElement.properties,
    player: { attribute: false },
    segments: { state: true },
  };
  static override styles = [
    controls,
    fields,
    makeStyles,
    drawer,
    css`
      :host([hidden]) {
        display: none;
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
      .choice {
        flex: 0 1 auto;
        width: auto;
        min-width: 0;
        max-width: 16em;
      }
      .status {
        flex: 1 1 8em;
        margin: 0;
        padding-left: 8px;
      }
      @container (max-width: 640px) {
        .status {
          order: 1;
          flex-basis: 100%;
          /* Its line stays when there is nothing to say. */
          min-height: 1.5em;
          padding: 0;
        }
        h2 {
          margin-right: auto;
        }
      }
      @container (max-width: 480px) {
        h2 {
          flex: 1 1 0;
          min-width: 0;
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
        /* A line of its own, which is scrolled away: Make stays in reach. */
        .choice {
          order: -1;
          flex: 1 0 100%;
          max-width: none;
        }
        .head:has(.choice) {
          top: -52px;
        }
        .head kbd {
          display: none;
        }
      }
      .lacks {
        margin: 8px 0 16px;
        padding: 8px 12px;
        border: 1px solid var(--line);
        border-left: 3px solid var(--model);
        border-radius: var(--radius);
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
  declare player: PiecePlayer;
  /** The selected segments, as typed. */
  declare segments: string;

  constructor() {
    super();
    this.segments = '';
    this.addEventListener('keydown', this.#key);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.#undo, { capture: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#undo, { capture: true });
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.dispatchEvent(new Event('close'));
  };

  /** Handles Ctrl+Z everywhere but in text fields, before the session does. */
  readonly #undo = (event: KeyboardEvent): void => {
    const what = this.hidden ? undefined : undoKey(event);
    if (what === undefined) return;
    event.preventDefault();
    const { pieces } = this.panel;
    const { desk } = pieces;
    if (pieces.busy || desk === undefined) return;
    if (what === 'redo') {
      if (desk.canRedo) pieces.do(() => desk.redo());
      return;
    }
    const list = this.renderRoot.querySelector<PieceBookList>('continuo-piece-book');
    if (list?.undo() !== true && desk.canUndo) pieces.do(() => desk.undo());
  };

  /** Moves the focus into the drawer. */
  override focus(): void {
    void this.updateComplete.then(() => {
      const place = this.renderRoot.querySelector<HTMLElement>('.make:not(:disabled)');
      (place ?? this.renderRoot.querySelector<HTMLElement>('.head button:not(:disabled)'))?.focus();
    });
  }

  protected override firstUpdated(): void {
    this.player.changed = () => {
      if (!this.player.playing) this.#score?.stop();
      this.requestUpdate();
    };
  }

  #shown: Piece | undefined;
  /** Plugins chosen so far: their forms stay filled in. */
  readonly #looked = new Set<string>();
  /** Whether a new piece was requested and has not arrived. */
  #awaited = false;

  /** Scrolls a new piece below the fold into view, as it grows and when it is there. */
  protected override updated(): void {
    if (!this.#awaited) return;
    const { busy, soFar } = this.panel.pieces;
    this.#awaited = busy;
    const paper = this.renderRoot.querySelector('.paper');
    if (paper === null || (busy && soFar?.text === undefined)) return;
    // After everything above it has been drawn.
    requestAnimationFrame(() => {
      const low = this.getBoundingClientRect().bottom - STAFF;
      if (paper.getBoundingClientRect().top > low) paper.scrollIntoView();
    });
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    const { piece, composer } = this.panel.pieces;
    if (composer !== undefined) this.#looked.add(composer.id);
    if (piece === this.#shown) return;
    // A selection does not carry over to other segments.
    if (piece?.segments.length !== this.#shown?.segments.length) this.segments = '';
    this.#shown = piece;
    this.player.stop();
  }

  override render() {
    const { connected, pieces } = this.panel;
    const { composer, composers, busy } = pieces;
    if (composer === undefined) return nothing;
    return html`
      <div class="head">
        <h2>${capitalised(composer.compose.piece.one)}</h2>
        ${composers.length < 2 ? nothing : this.#choice(composer)}
        <p class="status muted" role="status">${this.#status(composer)}</p>
        <button
          class="make"
          ?disabled=${!connected || composer.lacks !== undefined}
          aria-disabled=${busy}
          @click=${() => this.#form?.submit()}
        >
          Make
        </button>
        <button type="button" ?disabled=${!busy} @click=${() => pieces.cancel()}>Cancel</button>
        <button @click=${() => this.dispatchEvent(new Event('close'))}>
          Close <kbd aria-hidden="true">Esc</kbd>
        </button>
      </div>
      <continuo-live-tune .panel=${this.panel}></continuo-live-tune>
      ${composer.lacks === undefined ? nothing : lacking(composer)}
      ${repeat(
        composers.filter(({ id }) => this.#looked.has(id)),
        ({ id }) => id,
        (one) => html`<continuo-piece-form
          ?hidden=${one.id !== composer.id}
          .composer=${one}
          @make=${this.#make}
        ></continuo-piece-form>`,
      )}
      ${troubleWords(pieces.trouble, fieldNames(composer.compose))}
      ${canBeGiven(composer) ? html`<continuo-own-piece .panel=${this.panel}></continuo-own-piece>` : nothing}
      <div class="desk">
        <div>${this.#worked(composer)}</div>
        <continuo-piece-book role="region" aria-label="Book" .panel=${this.panel}></continuo-piece-book>
      </div>
    `;
  }

  /** The choice of the plugin. */
  #choice({ id }: ComposerChoice) {
    const { pieces } = this.panel;
    return html`<select
      class="choice"
      aria-label="What makes it"
      title=${pieces.composer?.description ?? nothing}
      @change=${(event: Event) => pieces.choose(listening(event, HTMLSelectElement).value)}
    >
      ${pieces.composers.map((composer) => option(composer.id, composer.name, id))}
    </select>`;
  }

  /** The piece as it grows and when it is finished, with its edits. */
  #worked(composer: ComposerChoice) {
    const { pieces } = this.panel;
    const { piece, doing, soFar } = pieces;
    const { preview } = composer.compose;
    const here = doing?.plugin === composer.id;
    if (piece === undefined && !here) return nothing;
    return html`${this.#result(composer, piece)}
      ${preview === 'abc' ? this.#notation(composer, piece) : this.#text(composer, soFar?.text ?? piece?.text ?? '')}
      ${piece === undefined ? nothing : under(piece, preview)}`;
  }

  #notation({ compose }: ComposerChoice, piece: Piece | undefined) {
    const noun = compose.segment ?? { one: 'bar', many: 'bars' };
    return html`<continuo-piece-score
      class="paper"
      .piece=${piece}
      .noun=${noun}
      .growing=${this.panel.pieces.soFar?.text}
      .chosen=${segmentsOf(segmentList(this.segments, noun), piece?.segments ?? [])}
      @segments-change=${(event: CustomEvent<ReadonlySet<number>>) => {
        this.segments = listOf(event.detail);
      }}
    ></continuo-piece-score>`;
  }

  #text({ compose }: ComposerChoice, text: string) {
    return html`<continuo-piece-text class="paper" .text=${text} .noun=${compose.piece.one}></continuo-piece-text>`;
  }

  /** Space is reserved while the first piece is made, so that nothing shifts when it arrives. */
  #result({ compose }: ComposerChoice, piece: Piece | undefined) {
    const { pieces, connected } = this.panel;
    const { desk } = pieces;
    return html`<div class=${piece === undefined ? 'awaited' : nothing} ?inert=${piece === undefined}>
      <continuo-piece-result
        .compose=${compose}
        .piece=${piece ?? NO_PIECE}
        .playing=${this.player.playing}
        @play=${this.#play}
        @stop=${() => this.player.stop()}
        @download=${(event: CustomEvent<string>) => void this.#download(event.detail)}
      ></continuo-piece-result>
      <continuo-piece-edits
        .compose=${compose}
        .piece=${piece ?? NO_PIECE}
        .segments=${this.segments}
        .busy=${pieces.busy || !connected}
        .canUndo=${desk?.canUndo === true}
        .canRedo=${desk?.canRedo === true}
        @segments-typed=${(event: CustomEvent<string>) => {
          this.segments = event.detail;
        }}
        @piece-edit=${(event: CustomEvent<EditRequest>) => this.#edit(event.detail)}
        @undo=${() => pieces.do((desk) => desk.undo())}
        @redo=${() => pieces.do((desk) => desk.redo())}
      ></continuo-piece-edits>
    </div>`;
  }

  #status({ id, compose, lacks }: ComposerChoice): string {
    const { connected, pieces } = this.panel;
    const { doing, soFar, composers } = pieces;
    const { one, many } = compose.piece;
    if (!connected) return `The host is lost: no ${many} can be made now.`;
    if (doing !== undefined && doing.plugin !== id) {
      const other = composers.find((composer) => composer.id === doing.plugin);
      return `${other?.name ?? 'Another plugin'} is at work …`;
    }
    if (doing?.makes && soFar !== undefined && soFar.candidates > 0)
      return `Making … candidate ${soFar.candidates}${soFar.of === undefined ? '' : ` of ${soFar.of}`}`;
    if (doing !== undefined) return doing.makes ? 'Making …' : 'Reading …';
    if (lacks !== undefined) return '';
    return pieces.piece === undefined ? `Say what ${one} you want, or nothing, and press Make.` : '';
  }

  get #form(): PieceForm | null {
    return this.renderRoot.querySelector<PieceForm>('continuo-piece-form:not([hidden])');
  }

  readonly #make = (event: Event): void => {
    const { pieces } = this.panel;
    if (pieces.composer?.lacks !== undefined) return;
    pieces.make(listening(event, PieceForm).request);
    this.#awaited = pieces.busy;
  };

  #edit(edit: EditRequest): void {
    this.panel.pieces.edit(edit, this.#form?.optionsOfEdit(edit.edit) ?? {});
  }

  readonly #play = (): void => {
    const { piece } = this.panel.pieces;
    if (piece === undefined) return;
    this.panel.playback.stop();
    this.player.start(piece.notes);
    this.#score?.start();
  };

  async #download(format: string): Promise<void> {
    const { pieces } = this.panel;
    const { piece, composer } = pieces;
    const about = composer?.compose.exports[format];
    if (piece === undefined || composer === undefined || about === undefined) return;
    const file = await pieces.export(format, this.#form?.optionsOfExport(format) ?? {});
    if (file === undefined) return;
    const name = fileName(piece.title, about.ending, composer.compose.piece.one);
    download(name, about.mediaType, file.binary ? bytesOf(file.content) : file.content);
  }

  get #score(): PieceScore | null {
    return this.renderRoot.querySelector<PieceScore>('continuo-piece-score');
  }
}

/** An invisible placeholder before there is a piece. */
const NO_PIECE: Piece = {
  ...{ text: '', title: '\u00a0', segments: [], notes: [], bpm: 120, lost: {}, notices: [] },
};

/** Whether the user's own piece is of use: the plugin works and has edits. */
function canBeGiven({ compose, lacks }: ComposerChoice): boolean {
  return lacks === undefined && Object.keys(compose.edits).length > 0;
}

/** What the plugin lacks, and its description. */
function lacking({ lacks, description }: ComposerChoice) {
  return html`<p class="lacks" role="note">
    ${lacks} ${description} When it is there, reload the page.
  </p>`;
}

function under(piece: Piece, preview: ComposerChoice['compose']['preview']) {
  return html`<p class="making" ?hidden=${heard(piece) === ''}>${heard(piece)}</p>
    <p class="muted making">${making(piece)}</p>
    ${
      preview === 'abc'
        ? html`<details>
            <summary>ABC</summary>
            <pre role="textbox" aria-readonly="true" aria-label="The tune as ABC" tabindex="0">${piece.text}</pre>
          </details>`
        : nothing
    }`;
}

customElements.define('continuo-piece-drawer', PieceDrawer);
