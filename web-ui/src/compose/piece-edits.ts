import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PieceEdit } from '../../../src/plugin/compose-descriptor.js';
import type { ComposerChoice } from '../../../src/protocol/session-protocol.js';
import { controls, fields } from '../app/styles.js';
import { listening } from '../event-target.js';
import type { EditRequest } from './piece-controller.js';
import type { Piece } from './piece-desk.js';
import { capitalised } from './piece-words.js';
import { listOf, segmentList, segmentsOf } from './segments.js';

/**
 * The edits of the current piece: a button for each, and a field for the segments that some of them take. Dispatches
 * `segments-typed` with the list of segments, `piece-edit` with the edit, `undo` and `redo`.
 */
export class PieceEdits extends LitElement {
  static override properties = {
    compose: { attribute: false },
    piece: { attribute: false },
    segments: { attribute: false },
    busy: { attribute: false },
    canUndo: { attribute: false },
    canRedo: { attribute: false },
  };
  static override styles = [
    controls,
    fields,
    css`
      :host {
        display: flex;
        align-items: end;
        gap: 8px;
        margin: 8px 0;
      }
      /* The lines break among these; undo and redo stay where they are. */
      .makes {
        flex: 1 1 0;
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 8px;
      }
      label {
        flex: 0 1 72px;
      }
      button {
        padding: 0 8px;
      }
      .history {
        display: flex;
        flex: none;
        gap: 4px;
      }
      .history button {
        width: 44px;
        padding: 0;
        font-size: 20px;
      }
    `,
  ];
  declare compose: ComposerChoice['compose'];
  declare piece: Piece;
  /** The segments as typed, or the list of those selected. */
  declare segments: string;
  declare busy: boolean;
  declare canUndo: boolean;
  declare canRedo: boolean;

  override render() {
    const edits = Object.entries(this.compose.edits);
    const takes = edits.some(([, edit]) => edit.takes !== 'nothing');
    return html`
      <div class="makes">${takes ? this.#field() : nothing}${edits.map(([name, edit]) => this.#button(name, edit))}</div>
      <span class="history">
        <button
          aria-label="Undo"
          title="Back to the version before"
          ?disabled=${this.busy || !this.canUndo}
          @click=${() => this.dispatchEvent(new Event('undo'))}
        >
          ↶
        </button>
        <button
          aria-label="Redo"
          title="Forth to the version after"
          ?disabled=${this.busy || !this.canRedo}
          @click=${() => this.dispatchEvent(new Event('redo'))}
        >
          ↷
        </button>
      </span>
    `;
  }

  #field() {
    const { one, many } = this.#noun;
    const parts = this.piece.segments.some(({ part }) => part !== '');
    return html`<label>
      <span>${capitalised(many)}</span>
      <input
        name="chosen"
        .value=${live(this.segments)}
        placeholder=${parts ? '3-4, B' : '3-4, 7'}
        title=${`${this.compose.preview === 'abc' ? `Touch ${many} of the notation, or type them` : `Type ${many}`}: ${one} 3, ${many} 5-6${parts ? ', part B' : ''}`}
        maxlength="1000"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        @input=${(event: Event) => this.#say('segments-typed', listening(event, HTMLInputElement).value)}
        @keydown=${this.#key}
      />
    </label>`;
  }

  #button(name: string, edit: PieceEdit) {
    return html`<button
      ?disabled=${!this.#works(edit)}
      title=${edit.help}
      @click=${() => this.#edit(name, edit)}
    >
      ${edit.label}
    </button>`;
  }

  /** Enter runs the first edit that takes segments. */
  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    const first = Object.entries(this.compose.edits).find(([, { takes }]) => takes === 'segments');
    if (first && this.#works(first[1])) this.#edit(...first);
  };

  get #noun() {
    return this.compose.segment ?? { one: 'segment', many: 'segments' };
  }

  get #list(): string {
    return segmentList(this.segments, this.#noun);
  }

  #works({ takes }: PieceEdit): boolean {
    return !this.busy && (takes !== 'segments' || this.#list !== '');
  }

  #edit(edit: string, { takes }: PieceEdit): void {
    const last = /\d+$/.exec(listOf(segmentsOf(this.#list, this.piece.segments)))?.[0];
    this.#say('piece-edit', {
      edit,
      ...(takes === 'segments' && { segments: this.#list }),
      ...(takes === 'place' && last !== undefined && { after: Number(last) }),
    });
  }

  #say(type: string, detail: string | EditRequest): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define('continuo-piece-edits', PieceEdits);
