import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '../params/param.js';
import type { ParamSpecs } from '../../../src/plugin/params.js';
import type { MemberDescription } from '../../../src/protocol/session-protocol.js';
import { MOST_MEMBERS } from '../../../src/session/band-size.js';
import { LEAD, MODES, type Mode } from '../../../src/session/commands.js';
import { listening } from '../event-target.js';
import { option } from '../params/option.js';
import type { ParamChange } from '../params/param.js';
import { PanelElement } from './panel-element.js';
import { controls } from './styles.js';

/** Who plays along: the members of the band, each with mute, mode and parameters, and what else could join. */
export class BandList extends PanelElement {
  static override styles = [
    controls,
    css`
      section {
        display: grid;
        gap: 8px;
      }
      ul {
        display: grid;
        gap: 4px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .member {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        align-items: center;
        gap: 4px;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .name small {
        color: var(--muted);
      }
      .member button:last-child {
        grid-column-end: -1;
      }
      .member button {
        padding: 0 8px;
        font-size: 14px;
      }
      button[aria-pressed='true']:not(:disabled) {
        background: var(--model);
        border-color: var(--model);
        color: var(--on-voice);
      }
      summary {
        min-height: 32px;
        font-size: 14px;
        color: var(--muted);
        cursor: pointer;
      }
      details > div {
        display: grid;
        gap: 8px;
        padding: 4px 0 12px;
      }
      label {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr);
        align-items: center;
      }
    `,
  ];

  override render() {
    const { description } = this.panel;
    if (description === undefined) return nothing;
    const { members = [], plugins } = description;
    return html`<section>
      <h2>The band</h2>
      ${
        members.length === 0
          ? nothing
          : html`<ul>
              ${repeat(
                members,
                ({ id }) => id,
                (member) => this.#member(member),
              )}
            </ul>`
      }
      <label>
        <span class="muted">Add</span>
        <select
          name="member"
          aria-busy=${this.panel.loading?.members !== undefined}
          ?disabled=${!this.panel.connected || members.length >= MOST_MEMBERS}
          @change=${this.#add}
        >
          ${option('', this.panel.loading?.members ? 'Loading …' : 'Who should play along?', '')}
          ${plugins.map(({ id, name }) => option(id, name, ''))}
        </select>
      </label>
    </section>`;
  }

  #member(member: MemberDescription) {
    const { id, name, model, muted } = member;
    const off = !this.panel.connected;
    const mute = () => this.panel.command({ type: 'mute', muted: !muted, member: id });
    return html`<li data-member=${id}>
      <div class="member">
        <span class="name" title=${`${name}, ${model.name}`}>${name} <small>${model.name}</small></span>
        <button aria-pressed=${muted} aria-label=${`Mute ${name}`} ?disabled=${off} @click=${mute}>Mute</button>
        ${
          id === LEAD
            ? nothing
            : html`<button aria-label=${`Remove ${name}`} ?disabled=${off} @click=${() => this.#remove(id)}>✕</button>`
        }
      </div>
      ${id === LEAD ? nothing : this.#settings(member)}
    </li>`;
  }

  #settings({ id, name, mode, params, values }: MemberDescription) {
    const chosen = (event: Event) =>
      this.panel.command({
        type: 'mode',
        mode: listening(event, HTMLSelectElement).value as Mode,
        member: id,
      });
    const set = ({ detail: { gesture, ...detail } }: CustomEvent<ParamChange>) =>
      this.panel.command({ type: 'param', ...detail, member: id }, gesture);
    return html`<details>
      <summary>${name}: ${mode}, parameters</summary>
      <div @param-change=${set}>
        <label>
          <span class="muted">Mode</span>
          <select name="mode" ?disabled=${!this.panel.connected} @change=${chosen}>
            ${MODES.map((one) => option(one, one, mode))}
          </select>
        </label>
        ${this.#params({ ...params.plugin, ...params.session }, values)}
      </div>
    </details>`;
  }

  #params(specs: ParamSpecs, values: MemberDescription['values']) {
    return repeat(
      Object.keys(specs),
      (id) => id,
      (id) =>
        html`<continuo-param data-param=${id} .name=${id} .spec=${specs[id]} .value=${values[id]} .disabled=${!this.panel.connected}></continuo-param>`,
    );
  }

  readonly #add = (event: Event) => {
    const select = listening(event, HTMLSelectElement);
    const plugin = select.value;
    select.value = '';
    if (plugin !== '') this.panel.loadMembers([...this.panel.others, { plugin }]);
  };

  #remove(id: string): void {
    const others = this.panel.description?.members?.slice(1) ?? [];
    const index = others.findIndex((member) => member.id === id);
    this.panel.loadMembers(this.panel.others.filter((_, at) => at !== index));
  }
}

customElements.define('continuo-band', BandList);
