import { css, html, LitElement, nothing, type PropertyDeclarations } from 'lit';
import { ago } from '../../../src/ago.js';
import { controls } from '../app/styles.js';
import { troubleWords } from '../app/trouble-words.js';
import { Watching } from '../app/watching.js';
import { listening } from '../event-target.js';
import { option } from '../params/option.js';
import { isPlaying, type SessionList } from './session-list.js';

type Entry = SessionList['entries'][number];
type Offer = SessionList['offered'][number];

const LONGEST_NAME = 60;

const PHASES: Readonly<Record<Entry['phase'], string>> = {
  stopped: 'stopped',
  waiting: 'waits',
  listening: 'plays',
  playing: 'plays',
  together: 'plays',
};

/** The host's sessions: shows one at a press, opens, renames in place and closes them. */
export class Sessions extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties: PropertyDeclarations = {
    list: { attribute: false },
    renaming: { state: true },
    form: { state: true },
  };
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
        align-content: start;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 4px;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 44px 44px;
        border-radius: var(--radius);
      }
      li[data-shown] {
        background: var(--raised);
        box-shadow: inset 3px 0 0 var(--model);
      }
      li button {
        border-color: transparent;
        background: none;
        padding: 0;
      }
      .choose {
        display: grid;
        grid-template-columns: 20px minmax(0, 1fr);
        align-items: center;
        text-align: left;
        padding: 4px 0 4px 8px;
        line-height: 18px;
      }
      .sign {
        grid-row: span 2;
        color: var(--muted);
      }
      .plays .sign {
        color: var(--model);
      }
      .name,
      .what {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .what {
        font-size: 13px;
        color: var(--muted);
      }
      li[data-shown] .name,
      .unread .name {
        font-weight: 600;
      }
      .unread .name::after {
        content: ' •';
        color: var(--player);
      }
      li input {
        grid-column: 1 / -1;
        width: 100%;
        min-width: 0;
        font-size: 16px;
      }
      h3 {
        margin: 8px 0 0;
        font-size: 13px;
        font-weight: 600;
        color: var(--muted);
      }
      li.offer {
        grid-template-columns: minmax(0, 1fr) auto 44px;
        align-items: center;
      }
      .kept {
        display: grid;
        padding: 4px 8px;
        line-height: 18px;
      }
      /* When it ended is what tells sessions of one name apart. */
      .kept .what {
        white-space: normal;
      }
      li .resume {
        min-height: 44px;
        padding: 0 10px;
        border-color: var(--edge);
      }
      .form {
        display: grid;
        gap: 8px;
      }
      .form label {
        display: grid;
      }
      .buttons {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 8px;
      }
      .new {
        text-align: left;
      }
      @media (forced-colors: active) {
        li[data-shown] {
          outline: 2px solid Highlight;
          outline-offset: -2px;
        }
      }
    `,
  ];
  declare list: SessionList;
  /** Id of the session whose name is being edited. */
  declare renaming: string | undefined;
  /** The choices for a new session; undefined: the form is closed. */
  declare form: { readonly plugin: string; readonly model: string } | undefined;

  constructor() {
    super();
    new Watching(this, () => this.list);
  }

  override render() {
    const { list } = this;
    return html`
      <h2 id="title">Sessions</h2>
      <ul aria-labelledby="title">
        ${list.entries.map((entry) => this.#row(entry))}
      </ul>
      ${this.form === undefined ? this.#newButton() : this.#newForm(this.form)} ${this.#offered()}
      ${troubleWords(list.trouble)}
    `;
  }

  // ---------------------------------------------------------------- those that can be resumed

  #offered() {
    const { offered } = this.list;
    if (offered.length === 0) return nothing;
    return html`
      <h3 id="offered">Were open</h3>
      <ul aria-labelledby="offered">
        ${offered.map((offer) => this.#offer(offer))}
      </ul>
      ${
        offered.length < 2
          ? nothing
          : html`<button class="new" ?disabled=${this.#cannotResume} @click=${() => this.list.resumeAll()}>
              Resume all ${offered.length}
            </button>`
      }
    `;
  }

  get #cannotResume(): boolean {
    return !this.list.connected || this.list.resuming.size > 0;
  }

  #offer({ id, name, plugin, why, endedAt }: Offer) {
    const { list } = this;
    const what = `${plugin.name} · ${why} ${ago(endedAt)}`;
    const anew = list.refused.has(id);
    const does = list.resuming.has(id) ? 'Resuming …' : anew ? 'Begin anew' : 'Resume';
    return html`<li class="offer" ?data-shown=${id === list.current}>
      <span class="kept" title="${name}: ${what}">
        <span class="name">${name}</span>
        <span class="what">${what}</span>
      </span>
      <button
        class="resume"
        aria-label="${does} ${name}"
        title=${anew ? 'With the same setup, but from zero' : 'It goes on from its take'}
        ?disabled=${this.#cannotResume}
        @click=${() => this.#resume(id, anew)}
      >
        ${does}
      </button>
      <button
        aria-label="Dismiss ${name}"
        title="Offer it no longer; its take is kept"
        ?disabled=${!list.connected}
        @click=${() => list.drop(id)}
      >
        ✕
      </button>
    </li>`;
  }

  async #resume(id: string, anew: boolean): Promise<void> {
    if (await this.list.resume(id, anew))
      this.dispatchEvent(new CustomEvent('chosen', { bubbles: true, composed: true }));
  }

  #row(entry: Entry) {
    const { list } = this;
    const { id, name, plugin } = entry;
    const shown = id === list.current;
    const marks = [isPlaying(entry) ? 'plays' : '', list.unread.has(id) ? 'unread' : ''].join(' ');
    const what = [plugin.name, PHASES[entry.phase], list.hostOf(entry) ?? []].flat().join(' · ');
    if (id === this.renaming) return this.#rename(entry);
    return html`<li ?data-shown=${shown} class=${marks}>
      <button
        class="choose"
        aria-current=${shown}
        title="${name}: ${what}, ${entry.clients} ${entry.clients === 1 ? 'panel' : 'panels'}"
        @click=${() => this.#choose(id)}
        @dblclick=${() => this.#startRenaming(id)}
      >
        <span class="sign" aria-hidden="true">${isPlaying(entry) ? '●' : '○'}</span>
        <span class="name">${name}</span>
        <span class="what">${what}</span>
      </button>
      <button
        aria-label="Rename ${name}"
        title="Rename"
        ?disabled=${!list.connected}
        @click=${() => this.#startRenaming(id)}
      >
        ✎
      </button>
      <button
        aria-label="Close ${name}"
        title="Close; its take is kept"
        ?disabled=${!list.connected}
        @click=${() => list.close(id)}
      >
        ✕
      </button>
    </li>`;
  }

  #choose(id: string): void {
    this.list.choose(id);
    this.dispatchEvent(new CustomEvent('chosen', { bubbles: true, composed: true }));
  }

  // ---------------------------------------------------------------- names

  #rename({ id, name }: Entry) {
    const finish = (event: Event, keep: boolean) => {
      if (this.renaming !== id) return;
      const input = listening(event, HTMLInputElement);
      this.renaming = undefined;
      if (keep) void this.list.rename(id, input.value.trim());
    };
    return html`<li>
      <input
        type="text"
        aria-label="Name of the session"
        maxlength=${LONGEST_NAME}
        .value=${name}
        @blur=${(event: Event) => finish(event, true)}
        @keydown=${(event: KeyboardEvent) => {
          // Esc closes no drawer and no menu around it.
          if (event.key === 'Escape' || event.key === 'Enter') event.preventDefault();
          if (event.key === 'Escape') event.stopPropagation();
          if (event.key === 'Escape' || event.key === 'Enter') finish(event, event.key === 'Enter');
        }}
      />
    </li>`;
  }

  async #startRenaming(id: string): Promise<void> {
    if (!this.list.connected) return;
    this.renaming = id;
    await this.updateComplete;
    const input = this.renderRoot.querySelector('input');
    input?.focus();
    input?.select();
  }

  // ---------------------------------------------------------------- a new one

  #newButton() {
    const { list } = this;
    return html`<button
      class="new"
      ?disabled=${!list.connected || list.opening}
      @click=${() => this.#startForm()}
    >
      ${list.opening ? 'Opening …' : '+ New session'}
    </button>`;
  }

  async #startForm(): Promise<void> {
    const [first] = this.list.plugins;
    if (first === undefined) return;
    const plugin = this.list.plugins.find(({ id }) => id === this.list.entry?.plugin.id) ?? first;
    this.form = { plugin: plugin.id, model: plugin.models[0]?.id ?? '' };
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('select')?.focus();
  }

  #newForm({ plugin, model }: NonNullable<Sessions['form']>) {
    const { list } = this;
    const models = list.plugins.find(({ id }) => id === plugin)?.models ?? [];
    const choosePlugin = (id: string) => {
      const chosen = list.plugins.find((one) => one.id === id);
      this.form = { plugin: id, model: chosen?.models[0]?.id ?? '' };
    };
    return html`<div class="form" role="group" aria-label="New session">
      <label>
        <span class="muted">Plays</span>
        <select name="plugin" @change=${(event: Event) => choosePlugin(listening(event, HTMLSelectElement).value)}>
          ${list.plugins.map(({ id, name }) => option(id, name, plugin))}
        </select>
      </label>
      <label>
        <span class="muted">Model</span>
        <select
          name="model"
          ?disabled=${models.length < 2}
          @change=${(event: Event) => {
            this.form = { plugin, model: listening(event, HTMLSelectElement).value };
          }}
        >
          ${models.length === 0 ? option('', 'None here', '') : models.map(({ id, name }) => option(id, name, model))}
        </select>
      </label>
      ${this.#hostChoice()}
      <div class="buttons">
        <button ?disabled=${!list.connected || list.opening || models.length === 0} @click=${() => this.#open()}>
          ${list.opening ? 'Opening …' : 'Open'}
        </button>
        <button
          @click=${() => {
            this.form = undefined;
          }}
        >
          Cancel
        </button>
      </div>
    </div>`;
  }

  /** Which host is to have it, where there are several. */
  #hostChoice() {
    const { hosts } = this.list;
    if (hosts.length === 0) return nothing;
    return html`<label>
      <span class="muted">Host</span>
      <select name="host">
        ${option('', 'Any', '')} ${hosts.map(({ id, name }) => option(id, name, ''))}
      </select>
    </label>`;
  }

  async #open(): Promise<void> {
    if (this.form === undefined) return;
    const { plugin, model } = this.form;
    const host = this.renderRoot.querySelector<HTMLSelectElement>('select[name=host]')?.value ?? '';
    const opened = await this.list.openSession({
      plugin,
      ...(model !== '' && { model }),
      ...(host !== '' && { host }),
    });
    if (!opened) return;
    this.form = undefined;
    this.dispatchEvent(new CustomEvent('chosen', { bubbles: true, composed: true }));
  }
}

customElements.define('continuo-sessions', Sessions);
