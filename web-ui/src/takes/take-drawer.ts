import { html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { takePath } from '../../../src/protocol/takes-protocol.js';
import { deletedMessage, troubleMessage } from '../app/drawer-messages.js';
import { troubleInWords } from '../app/panel-words.js';
import { controls, drawer } from '../app/styles.js';
import { undoKey } from '../app/undo-key.js';
import { Watching } from '../app/watching.js';
import { download, fileName } from '../compose/piece-files.js';
import type { PiecePlayer, PlayedPart } from '../compose/piece-player.js';
import { takeDrawerStyles } from './take-drawer-styles.js';
import type { ListedTake, OpenTake, TakeList } from './take-list.js';
import { wavOf } from './take-sound.js';
import './take-view.js';
import { detailOf, nameOf, playedAt, stateOf, titleOf } from './take-words.js';

/**
 * The drawer of takes: list, play, download, name, delete and bring back. Dispatches `close` to be closed.
 */
export class TakeDrawer extends LitElement {
  static override properties = {
    list: { attribute: false },
    player: { attribute: false },
    current: { attribute: false },
    playing: { state: true },
    naming: { state: true },
    status: { state: true },
  };
  static override styles = [controls, drawer, takeDrawerStyles];
  declare list: TakeList;
  declare player: PiecePlayer;
  /** The id of the take that the panel's session writes; undefined: none. */
  declare current: string | undefined;
  /** The id of the take that is played here. */
  declare playing: string | undefined;
  /** The id of the take whose name is being typed. */
  declare naming: string | undefined;
  /** What is going on, or was done. */
  declare status: string;
  #frame = 0;

  constructor() {
    super();
    this.status = '';
    new Watching(this, () => this.list);
    this.addEventListener('keydown', this.#key);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.list.see(true);
    addEventListener('keydown', this.#undo, { capture: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.list.see(false);
    cancelAnimationFrame(this.#frame);
    removeEventListener('keydown', this.#undo, { capture: true });
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (this.naming === undefined) this.dispatchEvent(new Event('close'));
    else this.naming = undefined;
  };

  /** Ctrl+Z brings back what was deleted, before it undoes anything of the session. */
  readonly #undo = (event: KeyboardEvent): void => {
    if (undoKey(event) !== 'undo' || this.list.deleted === undefined) return;
    event.preventDefault();
    void this.list.restore();
  };

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
  }

  override render() {
    const { list } = this;
    return html`
      <div class="head">
        <h2>${list.trash ? 'Deleted takes' : 'Takes'}</h2>
        <p class="status muted" role="status">${this.#statusWords()}</p>
        ${list.trash ? nothing : this.#saveButton()}
        <button aria-pressed=${list.trash} @click=${() => list.seeTrash(!list.trash)}>Deleted</button>
        <button @click=${() => this.dispatchEvent(new Event('close'))}>Close <kbd aria-hidden="true">Esc</kbd></button>
      </div>
      ${this.#trouble()} ${this.#undoToast()}
      ${list.takes.length === 0 ? this.#nothing() : this.#takes()}
      ${list.more ? html`<button class="more" @click=${() => list.earlier()}>Show earlier ones</button>` : nothing}
    `;
  }

  #statusWords(): string {
    const { list } = this;
    if (list.opening !== undefined) return 'Fetching the music …';
    if (!list.known) return 'Looking for takes …';
    return this.status;
  }

  #nothing() {
    if (!this.list.known) return nothing;
    return this.list.trash
      ? html`<p>Nothing was deleted in the last 30 days.</p>`
      : html`<p>There are no takes yet. What you play is recorded: play something.</p>`;
  }

  #trouble() {
    return troubleMessage(this.list.trouble, () => this.list.dismissTrouble());
  }

  #undoToast() {
    const { deleted } = this.list;
    return deletedMessage(deleted && titleOf(deleted), () => this.list.restore());
  }

  #saveButton() {
    const current = this.list.takes.find(({ id }) => id === this.current);
    return html`<button
      class="save"
      ?disabled=${current === undefined}
      title=${current === undefined ? 'Play something first' : 'Name what is being played, and download it as MIDI'}
      @click=${() => current && this.#save(current)}
    >
      Save this jam
    </button>`;
  }

  #takes() {
    return html`<ul>
      ${repeat(
        this.list.takes,
        ({ id }) => id,
        (take) => html`<li class=${this.list.open?.id === take.id ? 'open' : ''}>${this.#take(take)}</li>`,
      )}
    </ul>`;
  }

  #take(take: ListedTake) {
    const title = titleOf(take);
    const state = stateOf(take);
    const open = this.list.open?.id === take.id ? this.list.open : undefined;
    return html`
      <div class="row">
        ${this.list.trash ? nothing : this.#playButton(take)}
        <div class="what">
          ${this.naming === take.id ? this.#nameField(take) : html`<span class="title">${title}</span>`}
          ${state === '' ? nothing : html`<span class="state" data-state=${state}>${state}</span>`}
          <span class="muted detail">${take.name === null ? '' : `${playedAt(take)} · `}${detailOf(take)}</span>
        </div>
        <div class="actions">${this.list.trash ? this.#restoreButton(take) : this.#actions(take)}</div>
      </div>
      ${take.damage === null ? nothing : html`<p class="trouble">${troubleInWords(take.damage)}</p>`}
      ${open ? this.#opened(open) : nothing}
    `;
  }

  #opened(open: OpenTake) {
    const { missing } = open.shown;
    return html`
      <continuo-take-view
        .take=${open}
        .at=${this.playing === open.id ? this.player.position : undefined}
        @seek=${(event: CustomEvent<number>) => this.#start(open, event.detail)}
      ></continuo-take-view>
      ${missing.map((why) => html`<p class="muted">Not all of it is here. ${troubleInWords({ code: '', message: why })}</p>`)}
    `;
  }

  #playButton(take: ListedTake) {
    const plays = this.playing === take.id && this.player.playing;
    const name = `${plays ? 'Stop' : 'Play'} ${titleOf(take)}`;
    return html`<button class="play" aria-label=${name} title=${name} @click=${() => this.#playOrStop(take)}>
      <span aria-hidden="true">${plays ? '■' : '▶'}</span>
    </button>`;
  }

  #nameField(take: ListedTake) {
    return html`<input
      type="text"
      aria-label="Name of the take"
      maxlength="80"
      .value=${take.name ?? nameOf(take)}
      @keydown=${(event: KeyboardEvent) => {
        event.stopPropagation();
        if (event.key === 'Escape') this.naming = undefined;
        if (event.key === 'Enter') void this.#name(take, (event.target as HTMLInputElement).value);
      }}
      @blur=${(event: Event) => this.naming === take.id && this.#name(take, (event.target as HTMLInputElement).value)}
    />`;
  }

  #actions(take: ListedTake) {
    const title = titleOf(take);
    const file = (format: 'mid' | 'abc', words: string) => html`<a
      class="button"
      href=${takePath(take.id, format)}
      download
      aria-label="Download ${title} as ${words}"
      >${words}</a
    >`;
    return html`
      ${file('mid', 'MIDI')} ${take.abc ? file('abc', 'ABC') : nothing}
      <button aria-label="Download ${title} as WAV" @click=${() => this.#sound(take)}>WAV</button>
      <button aria-label="Rename ${title}" @click=${() => this.#beginNaming(take)}>Rename</button>
      <button
        class="delete"
        aria-label="Delete ${title}"
        title=${take.writing ? 'It is being played: close its session first' : 'Delete; it can be undone'}
        ?disabled=${take.writing}
        @click=${() => this.#delete(take)}
      >
        <span aria-hidden="true">✕</span>
      </button>
    `;
  }

  #restoreButton(take: ListedTake) {
    return html`<button aria-label="Bring back ${titleOf(take)}" @click=${() => this.list.restore(take.id)}>
      Bring back
    </button>`;
  }

  async #playOrStop(take: ListedTake): Promise<void> {
    if (this.playing === take.id && this.player.playing) {
      this.player.stop();
      return;
    }
    const open = await this.list.openTake(take.id);
    if (open) this.#start(open, 0);
  }

  #start(open: OpenTake, from: number): void {
    const parts: PlayedPart[] = open.parts.map(({ voice, timbre, notes }) => ({ voice, timbre, notes }));
    this.player.startParts(parts, from);
    this.playing = open.id;
    this.#follow();
  }

  /** Moves the line while it plays. */
  #follow(): void {
    cancelAnimationFrame(this.#frame);
    this.requestUpdate();
    if (this.player.playing) this.#frame = requestAnimationFrame(() => this.#follow());
    else this.playing = undefined;
  }

  async #beginNaming(take: ListedTake): Promise<void> {
    this.naming = take.id;
    await this.updateComplete;
    const field = this.renderRoot.querySelector<HTMLInputElement>('.what input');
    field?.focus();
    field?.select();
  }

  async #name(take: ListedTake, name: string): Promise<void> {
    this.naming = undefined;
    if (name.trim() === '' || name === take.name) return;
    if (await this.list.rename(take.id, name)) this.status = `Named ${name.trim()}.`;
  }

  /** Deleting stops the take where it plays. */
  async #delete(take: ListedTake): Promise<void> {
    if (this.playing === take.id) this.player.stop();
    await this.list.delete(take);
  }

  /** Names the jam, unless it has a name, and downloads it. */
  async #save(take: ListedTake): Promise<void> {
    const name = take.name ?? nameOf(take);
    if (take.name === null && !(await this.list.rename(take.id, name))) return;
    const link = document.createElement('a');
    link.href = takePath(take.id, 'mid');
    link.download = '';
    link.click();
    this.status = `Saved as ${name}. It goes on being recorded.`;
  }

  async #sound(take: ListedTake): Promise<void> {
    const open = await this.list.openTake(take.id);
    if (open === undefined) return;
    const began = performance.now();
    try {
      const wav = await wavOf(open, (share) => {
        const left = ((performance.now() - began) * (1 - share)) / share / 1000;
        this.status = `Rendering ${Math.round(100 * share)} %, ${Math.ceil(left)} s left`;
      });
      download(fileName(titleOf(take), 'wav', 'take'), 'audio/wav', wav);
      this.status = `${titleOf(take)} was rendered.`;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.status = `${titleOf(take)} could not be rendered: ${why}`;
    }
  }
}

customElements.define('continuo-take-drawer', TakeDrawer);
