import { css, html, LitElement } from 'lit';
import { live } from 'lit/directives/live.js';
import { controls, fields } from '../app/styles.js';
import { barList, barsOf, listOf } from './tune-bars.js';
import type { TuneChange as Change, Tune } from './tune-desk.js';

/**
 * What can be made of the tune that is shown: some bars anew, the rest anew, a variation, another ending. Says `bars-typed` with
 * the list of bars, `tune-change` with what is to be done, `undo` and `redo`.
 */
export class TuneChange extends LitElement {
  static override properties = {
    tune: { attribute: false },
    bars: { attribute: false },
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
  declare tune: Tune;
  /** As they were typed, or the list of those that were touched. */
  declare bars: string;
  declare busy: boolean;
  declare canUndo: boolean;
  declare canRedo: boolean;

  override render() {
    const { busy } = this;
    const list = barList(this.bars);
    const chosen = listOf(barsOf(list, this.tune.bars));
    const none = busy || list === '';
    return html`
      <div class="makes">
      <label>
        <span>Bars</span>
        <input
          name="chosen"
          .value=${live(this.bars)}
          placeholder="3-4, B"
          title="Touch bars of the notation, or type them: bars 3-4, part B"
          maxlength="1000"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          @input=${(event: Event) => this.#say('bars-typed', (event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === 'Enter' && !none) this.#change({ type: 'redo', bars: list });
          }}
        />
      </label>
      <button
        ?disabled=${none}
        title="Other music in these bars, which goes on to what follows; the rest stays note for note"
        @click=${() => this.#change({ type: 'redo', bars: list })}
      >
        Make these anew
      </button>
      <button
        ?disabled=${none}
        title="These bars stay note for note; all others get other music"
        @click=${() => this.#change({ type: 'keep', bars: list })}
      >
        Keep only these
      </button>
      <button
        ?disabled=${busy}
        title="About half of the bars anew, not the first and last of a part"
        @click=${() => this.#change({ type: 'vary' })}
      >
        Vary
      </button>
      <button
        ?disabled=${busy}
        title="What follows the last of these bars anew, in the form asked for above; no bars: what follows the tune"
        @click=${() => this.#goOn(chosen)}
      >
        Go on from here
      </button>
      </div>
      <span class="history">
        <button
          aria-label="Undo"
          title="Back to the version before"
          ?disabled=${busy || !this.canUndo}
          @click=${() => this.dispatchEvent(new Event('undo'))}
        >
          ↶
        </button>
        <button
          aria-label="Redo"
          title="Forth to the version after"
          ?disabled=${busy || !this.canRedo}
          @click=${() => this.dispatchEvent(new Event('redo'))}
        >
          ↷
        </button>
      </span>
    `;
  }

  #goOn(chosen: string): void {
    const last = /\d+$/.exec(chosen)?.[0];
    this.#change(last === undefined ? { type: 'goOn' } : { type: 'goOn', after: Number(last) });
  }

  #change(change: Change): void {
    this.#say('tune-change', change);
  }

  #say(type: string, detail: string | Change): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define('continuo-tune-change', TuneChange);
