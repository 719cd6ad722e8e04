import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Snapshot } from '../../../src/client/session-client.js';
import { deletedMessage, troubleMessage } from '../app/drawer-messages.js';
import { troubleInWords } from '../app/panel-words.js';
import { controls, drawer } from '../app/styles.js';
import { Watching } from '../app/watching.js';
import { download, fileName } from '../compose/piece-files.js';
import { listening } from '../event-target.js';
import { takeDrawerStyles } from '../takes/take-drawer-styles.js';
import { clockTime, playedAt } from '../takes/take-words.js';
import type { Fork } from './fork.js';
import type { SnapshotList } from './snapshot-list.js';

const LONGEST_NAME = 60;

/**
 * The drawer of snapshots: keep, go back to, name, delete and bring back, as files, and other futures of them. Dispatches `close` to be
 * closed.
 */
export class SnapshotDrawer extends LitElement {
  static override properties = {
    list: { attribute: false },
    fork: { attribute: false },
    connected: { attribute: false },
    playing: { attribute: false },
    naming: { state: true },
    status: { state: true },
  };
  static override styles = [
    controls,
    drawer,
    takeDrawerStyles,
    css`
      .keep {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-bottom: 8px;
      }
      .keep input {
        flex: 1 1 12em;
        min-width: 0;
      }
      .keep button:first-of-type:not(:disabled) {
        border-color: var(--model);
        font-weight: 600;
      }
      li[data-current] {
        border: 2px solid var(--model);
        padding: 7px;
      }
      :host([data-over]) {
        outline: 3px dashed var(--focus);
        outline-offset: -3px;
      }
      .unfit {
        margin: 0;
      }
      input[type='file'] {
        display: none;
      }
      /* In one row, or in two that are full. */
      @container (max-width: 600px) {
        .actions {
          flex: 1 1 100%;
          display: grid;
          grid-template-columns: repeat(5, auto) 44px;
        }
        .actions > * {
          padding: 0 4px;
        }
      }
      @container (max-width: 440px) {
        .actions {
          grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
        }
      }
    `,
  ];
  declare list: SnapshotList;
  declare fork: Fork;
  declare connected: boolean;
  /** Ids of the plugin and the model that play. */
  declare playing: { readonly plugin: string; readonly model: string } | undefined;
  /** The id of the snapshot whose name is being typed. */
  declare naming: string | undefined;
  /** What was done. */
  declare status: string;

  constructor() {
    super();
    this.status = '';
    new Watching(this, () => this.list);
    this.addEventListener('keydown', this.#key);
    this.addEventListener('dragover', this.#dragged);
    this.addEventListener('dragleave', () => this.toggleAttribute('data-over', false));
    this.addEventListener('drop', this.#dropped);
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (this.naming === undefined) this.dispatchEvent(new Event('close'));
    else this.naming = undefined;
  };

  readonly #dragged = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.toggleAttribute('data-over', true);
  };

  readonly #dropped = (event: DragEvent): void => {
    event.preventDefault();
    this.toggleAttribute('data-over', false);
    void this.#load([...(event.dataTransfer?.files ?? [])]);
  };

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.keep input')?.focus());
  }

  override render() {
    const { list } = this;
    return html`
      <div class="head">
        <h2>Snapshots</h2>
        <p class="status muted" role="status">${this.#said()}</p>
        <button @click=${() => this.dispatchEvent(new Event('close'))}>Close <kbd aria-hidden="true">Esc</kbd></button>
      </div>
      ${this.#keepForm()} ${this.#trouble()} ${this.#undoToast()}
      ${
        list.snapshots.length === 0
          ? html`<p>
              There are no snapshots of this session yet. Keep one: the music can go back to it, as often as you like. A file of
              one can be dropped here.
            </p>`
          : this.#snapshots()
      }
    `;
  }

  #said(): string {
    if (this.fork.opening) return 'Opening a fork …';
    const awaited = this.list.snapshots.find(({ id }) => id === this.list.awaited);
    return awaited ? `Goes back to ${awaited.name} when the phrase is over.` : this.status;
  }

  #keepForm() {
    const off = !this.connected;
    return html`<div class="keep">
      <input
        type="text"
        aria-label="Name of the new snapshot"
        maxlength=${LONGEST_NAME}
        placeholder=${this.list.proposed}
        autocomplete="off"
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Escape') event.stopPropagation();
          if (event.key === 'Enter') void this.#keep();
        }}
      />
      <button ?disabled=${off} title="Keep how the music stands now; it goes on" @click=${() => this.#keep()}>Keep this moment</button>
      <button
        ?disabled=${off || this.fork.opening}
        title="Another future of this moment, in a session of its own, to compare"
        @click=${() => this.#fork()}
      >
        Fork from now
      </button>
      <button ?disabled=${off} @click=${() => this.#file?.click()}>Load a file …</button>
      <input
        type="file"
        tabindex="-1"
        aria-label="A file of a snapshot"
        accept=".continuo-state"
        @change=${(event: Event) => {
          const input = listening(event, HTMLInputElement);
          void this.#load([...(input.files ?? [])]);
          input.value = '';
        }}
      />
    </div>`;
  }

  get #file(): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>('input[type=file]');
  }

  #trouble() {
    return troubleMessage(this.list.trouble, () => this.list.dismissTrouble());
  }

  #undoToast() {
    const { deleted } = this.list;
    return deletedMessage(deleted?.name, () => this.list.restore());
  }

  #snapshots() {
    return html`<ul>
      ${repeat(
        this.list.snapshots,
        ({ id }) => id,
        (snapshot) =>
          html`<li ?data-current=${snapshot.id === this.list.current}>
            <div class="row">
              <div class="what">${this.#title(snapshot)}</div>
              <div class="actions">${this.#actions(snapshot)}</div>
            </div>
            ${this.#unfit(snapshot)}
          </li>`,
      )}
    </ul>`;
  }

  /** Why it cannot be gone back to: as a rule another model plays. */
  #unfit({ unfit, plugin, model }: Snapshot) {
    if (unfit === undefined) return nothing;
    const same = plugin === this.playing?.plugin && model === this.playing.model;
    const words = same
      ? troubleInWords({ code: 'STATE_OTHER', message: unfit })
      : `${model ?? plugin} played then: choose it, to go back.`;
    return html`<p class="muted unfit">${words}</p>`;
  }

  #title(snapshot: Snapshot) {
    const { id, name, time, plugin, model, own } = snapshot;
    const state = id === this.list.awaited ? 'next' : id === this.list.current ? 'now' : '';
    const says = { next: 'at the next phrase', now: 'goes on from here', '': '' }[state];
    return html`
      ${this.naming === id ? this.#nameField(snapshot) : html`<span class="title">${name}</span>`}
      ${state === '' ? nothing : html`<span class="state" data-state="now">${says}</span>`}
      <span class="muted detail"
        >${own ? `at ${clockTime(time)}` : 'from a file'} · ${playedAt(snapshot)} · ${plugin}${model === null ? '' : `, ${model}`}</span
      >
    `;
  }

  #nameField({ id, name }: Snapshot) {
    const rename = (event: Event) => {
      if (this.naming !== id) return;
      this.naming = undefined;
      void this.list.rename(id, listening(event, HTMLInputElement).value);
    };
    return html`<input
      type="text"
      aria-label="Name of the snapshot"
      maxlength=${LONGEST_NAME}
      .value=${name}
      @keydown=${(event: KeyboardEvent) => {
        event.stopPropagation();
        if (event.key === 'Escape') this.naming = undefined;
        if (event.key === 'Enter') rename(event);
      }}
      @blur=${rename}
    />`;
  }

  #actions(snapshot: Snapshot) {
    const { id, name, unfit } = snapshot;
    const off = !this.connected || unfit !== undefined;
    return html`
      <button ?disabled=${off} aria-label="Go back to ${name} now" title="What sounds is ended" @click=${() => this.#recall(snapshot, 'now')}>
        Go back
      </button>
      <button
        ?disabled=${off}
        aria-label="At the phrase: go back to ${name}"
        aria-pressed=${id === this.list.awaited}
        title="When the turn or phrase under way is over"
        @click=${() => this.#recall(snapshot, 'phrase')}
      >
        At the phrase
      </button>
      <button ?disabled=${!this.connected || this.fork.opening} aria-label="Fork from ${name}" title="Another future of it, in a session of its own, to compare" @click=${() => this.#fork(id)}>
        Fork
      </button>
      <button ?disabled=${!this.connected} aria-label="Save ${name} to a file" @click=${() => this.#save(snapshot)}>Save</button>
      <button ?disabled=${!this.connected} aria-label="Rename ${name}" @click=${() => this.#beginNaming(id)}>Rename</button>
      <button
        class="delete"
        ?disabled=${!this.connected}
        aria-label="Delete ${name}"
        title="Delete; it can be undone"
        @click=${() => this.list.delete(snapshot)}
      >
        <span aria-hidden="true">✕</span>
      </button>
    `;
  }

  async #keep(): Promise<void> {
    const field = this.renderRoot.querySelector<HTMLInputElement>('.keep input[type=text]');
    const name = field?.value.trim() || this.list.proposed;
    if (!(await this.list.keep(name))) return;
    if (field) field.value = '';
    this.status = `${name} is kept.`;
  }

  async #recall({ id, name }: Snapshot, when: 'now' | 'phrase'): Promise<void> {
    const done = await this.list.recall(id, when);
    if (done && when === 'now') this.status = `Back at ${name}.`;
    else if (done) this.status = '';
  }

  async #fork(snapshot?: string): Promise<void> {
    this.requestUpdate();
    if (await this.fork.begin(snapshot)) this.dispatchEvent(new Event('close'));
    else this.status = 'The fork could not be opened.';
  }

  async #save({ id, name }: Snapshot): Promise<void> {
    const bytes = await this.list.save(id);
    if (bytes === undefined) return;
    download(fileName(name, 'continuo-state', 'snapshot'), 'application/octet-stream', bytes as BlobPart);
    this.status = `${name} was saved.`;
  }

  async #load(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const loaded = await this.list.load(file);
      if (loaded === undefined) return;
      this.status = `${loaded.name} was loaded.`;
    }
  }

  async #beginNaming(id: string): Promise<void> {
    this.naming = id;
    await this.updateComplete;
    const field = this.renderRoot.querySelector<HTMLInputElement>('.what input');
    field?.focus();
    field?.select();
  }
}

customElements.define('continuo-snapshot-drawer', SnapshotDrawer);
