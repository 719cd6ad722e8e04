import { html, nothing, type PropertyDeclarations } from 'lit';
import type { Seconds } from '../../../src/music/units.js';
import { PanelElement } from '../app/panel-element.js';
import { controls } from '../app/styles.js';
import { listening } from '../event-target.js';
import { type RollView, timeOf } from '../roll/roll-geometry.js';
import './choices.js';
import { HeatMap, paintTrace, type TracedUnit } from './heat-map.js';
import {
  gateOf,
  heightOf,
  type LayerRows,
  layerRows,
  rowAt,
  SHOWN,
  type Shown,
  shownOf,
  strongest,
  valuesOf,
} from './layers.js';
import { drawerStyles } from './network-drawer-styles.js';
import { type NetworkPalette, readNetworkPalette } from './network-palette.js';
import { type Column, lastAt, type SeenToken } from './network-store.js';
import { paintSurprise, tokenNear } from './surprise.js';

/** The choices change no more often than this, so that they can be read. */
const CHOICES_EVERY: Seconds = 0.25;
/** Pitches do not matter here: only the time axis of the roll is used. */
const NO_PITCHES = { lowest: 0, highest: 0 };

/** The drawer that shows what the network does, under the roll and with its time. Dispatches `close` to be closed. */
export class NetworkDrawer extends PanelElement {
  static override properties: PropertyDeclarations = {
    ...PanelElement.properties,
    atLine: { attribute: false },
    token: { state: true },
    held: { state: true },
    traced: { state: true },
    shown: { state: true },
    value: { state: true },
    shape: { state: true },
  };
  static override styles = [controls, drawerStyles];
  /** Session time at the line of the roll. */
  declare atLine: () => Seconds;
  /** The token whose choices are shown. */
  declare token: SeenToken | undefined;
  /** Whether that was chosen by hand; else it follows the line. */
  declare held: boolean;
  declare traced: TracedUnit | null;
  declare shown: Shown;
  /** The traced unit's value at the line. */
  declare value: string;
  #frame = 0;
  #painted = '';
  #followed: Seconds = Number.NEGATIVE_INFINITY;
  #palette: NetworkPalette | undefined;
  readonly #map = new HeatMap();
  #rows: readonly LayerRows[] = [];
  readonly #themes = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((one) =>
    matchMedia(one),
  );
  readonly #forgetPalette = () => {
    this.#palette = undefined;
    this.#painted = '';
  };

  /** A page that is not seen asks for nothing. */
  readonly #watch = (): void => this.panel.network.watch(!document.hidden);

  constructor() {
    super();
    this.held = false;
    this.traced = null;
    this.shown = 'h';
    this.value = '';
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      if (this.held) this.#follow();
      else this.dispatchEvent(new Event('close'));
    });
  }

  /** Where there is no drawer, nothing is asked of the host and nothing is painted. */
  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch();
    document.addEventListener('visibilitychange', this.#watch);
    for (const theme of this.#themes) theme.addEventListener('change', this.#forgetPalette);
    const follow = () => {
      this.#look();
      this.#frame = requestAnimationFrame(follow);
    };
    this.#frame = requestAnimationFrame(follow);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#watch);
    this.panel.network.watch(false);
    this.panel.network.showGate(undefined);
    for (const theme of this.#themes) theme.removeEventListener('change', this.#forgetPalette);
    cancelAnimationFrame(this.#frame);
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  override render() {
    return html`
      <div class="head ${(this.panel.description?.members?.length ?? 0) > 1 ? 'band' : ''}">
        <h2 tabindex="-1">Network</h2>
        ${this.#memberField()} ${this.#layerFields()}
        <button class="close" @click=${() => this.dispatchEvent(new Event('close'))}>Close <kbd>Esc</kbd></button>
      </div>
      <div class="pictures">
        <div class="strip">
          <canvas
            class="surprise"
            role="img"
            aria-label="Surprise: what each token cost the network, in nats, for you and for the model"
            @click=${(event: MouseEvent) => this.#touchToken(event)}
          ></canvas>
          <span class="label" aria-hidden="true">surprise, nats</span>
          <span class="scale" aria-hidden="true">4</span>
        </div>
        <div class="map">
          <canvas
            class="heat"
            role="img"
            aria-label="Heat map: the values of each layer’s units over time"
            @click=${(event: MouseEvent) => this.#touchUnit(event)}
          ></canvas>
          ${this.#rows.map(
            ({ layer, row, units }) => html`<span
              class="label"
              .style=${`top: ${(100 * row) / heightOf(this.#rows)}%`}
              aria-hidden="true"
              >layer ${layer + 1}: ${units} ${this.panel.network.shape?.layers[layer]?.cell.toUpperCase()}</span
            >`,
          )}
        </div>
      </div>
      <section class="choices" aria-label="Choices">
        <div class="step">
          <button aria-label="The token before" @click=${() => this.#step(-1)}>‹</button>
          <button aria-label="The next token" @click=${() => this.#step(1)}>›</button>
          ${this.held ? html`<button @click=${() => this.#follow()}>Follow</button>` : nothing}
        </div>
        <continuo-choices .token=${this.token}></continuo-choices>
      </section>
    `;
  }

  /** In a band: whose network is shown. */
  #memberField() {
    const { members = [] } = this.panel.description ?? {};
    if (members.length < 2) return nothing;
    const [first] = members;
    const watched = this.panel.network.member ?? first!.id;
    return html`<label class="whose">Of
      <select
        aria-label="Whose network"
        @change=${(event: Event) => {
          const id = listening(event, HTMLSelectElement).value;
          this.#watchMember(id === first!.id ? undefined : id);
        }}
      >
        ${members.map(({ id, name }) => html`<option value=${id} ?selected=${id === watched}>${name}</option>`)}
      </select>
    </label>`;
  }

  #watchMember(member: string | undefined): void {
    this.panel.network.watchMember(member);
    this.#show('h');
    this.#untrace();
    this.#follow();
    this.token = undefined;
    this.requestUpdate();
  }

  /** What is shown of the layers, and which unit is traced. */
  #layerFields() {
    const { shape } = this.panel.network;
    if (!shape || shape.layers.length === 0)
      return html`<p class="muted">${shape ? 'This plugin predicts without a network: there are no layers.' : ''}</p>`;
    const { traced } = this;
    const all = shownOf(shape);
    return html`
      ${
        all.length > 1
          ? html`<label>Show
              <select @change=${(event: Event) => this.#show(listening(event, HTMLSelectElement).value as Shown)}>
                ${all.map(
                  (one) =>
                    html`<option value=${one} ?selected=${this.shown === one}>${SHOWN[one].words}</option>`,
                )}
              </select>
            </label>`
          : nothing
      }
      <label>Layer
        <input
          type="number"
          min="1"
          max=${shape.layers.length}
          .value=${String((traced?.layer ?? 0) + 1)}
          @change=${(event: Event) => this.#trace(listening(event, HTMLInputElement).valueAsNumber - 1, traced?.unit ?? 0)}
        />
      </label>
      <label>Unit
        <input
          type="number"
          min="0"
          max=${(shape.layers[traced?.layer ?? 0]?.units ?? 1) - 1}
          .value=${traced ? String(traced.unit) : ''}
          @change=${(event: Event) => this.#trace(traced?.layer ?? 0, listening(event, HTMLInputElement).valueAsNumber)}
        />
      </label>
      <output>${traced ? this.value : 'Touch a unit to trace it.'}</output>
      ${traced ? html`<button aria-label="No trace" title="No trace" @click=${() => this.#untrace()}>✕</button>` : nothing}
    `;
  }

  /** Gates are asked of the host while they are shown: what came before is not known of them. */
  #show(shown: Shown): void {
    this.shown = shown;
    this.panel.network.showGate(gateOf(shown));
    this.#painted = '';
  }

  /** Traces a unit; a number that there is not becomes the nearest one. */
  #trace(layer: number, unit: number): void {
    const layers = this.panel.network.shape?.layers ?? [];
    const whole = (value: number, most: number) =>
      Math.max(0, Math.min(most, Number.isFinite(value) ? Math.round(value) : 0));
    const one = whole(layer, layers.length - 1);
    this.traced = { layer: one, unit: whole(unit, (layers[one]?.units ?? 1) - 1) };
    this.#painted = '';
    this.requestUpdate();
  }

  #untrace(): void {
    this.traced = null;
    this.#painted = '';
  }

  #touchUnit(event: MouseEvent): void {
    const canvas = listening(event, HTMLCanvasElement);
    const view = this.#viewOf(canvas);
    const height = heightOf(this.#rows);
    const place = rowAt(this.#rows, Math.floor((event.offsetY * height) / view.height));
    const { columns } = this.panel.network;
    const column = columns[Math.max(0, lastAt(columns, timeOf(event.offsetX, view)))];
    const values = column && valuesOf(column, this.shown);
    if (!place || !values) return;
    this.#trace(place.place.layer, strongest(values, place.place, place.row).unit);
  }

  #touchToken(event: MouseEvent): void {
    const canvas = listening(event, HTMLCanvasElement);
    const { tokens } = this.panel.network;
    const token = tokenNear(tokens, event.offsetX, event.offsetY, this.#viewOf(canvas));
    if (token) this.#hold(token);
  }

  #step(by: -1 | 1): void {
    const { tokens } = this.panel.network;
    const at = this.token ? tokens.indexOf(this.token) : tokens.length;
    const token = tokens[Math.max(0, Math.min(tokens.length - 1, at + by))];
    if (token) this.#hold(token);
  }

  #hold(token: SeenToken): void {
    this.token = token;
    this.held = true;
    this.#painted = '';
  }

  #follow(): void {
    this.held = false;
    this.#followed = Number.NEGATIVE_INFINITY;
    this.#painted = '';
  }

  #viewOf({ clientWidth: width, clientHeight: height }: HTMLCanvasElement): RollView {
    return { width, height, now: this.atLine(), ...NO_PITCHES };
  }

  /** Paints what has changed since the last frame. */
  #look(): void {
    const { network } = this.panel;
    const [surprise, heat] = this.renderRoot.querySelectorAll('canvas');
    if (!surprise || !heat || surprise.clientWidth === 0) return;
    const at = this.atLine();
    const key = [at, network.version, surprise.clientWidth, heat.clientHeight, devicePixelRatio].join(' ');
    if (key === this.#painted) return;
    this.#painted = key;
    this.#palette ??= readNetworkPalette(this);
    this.#followLine(at);
    paintSurprise(fitted(surprise), network.tokens, this.#viewOf(surprise), {
      palette: this.#palette,
      chosen: this.held ? this.token : undefined,
    });
    this.#paintMap(heat, this.#palette);
  }

  #followLine(at: Seconds): void {
    const { tokens } = this.panel.network;
    if (this.held || Math.abs(at - this.#followed) < CHOICES_EVERY) return;
    this.#followed = at;
    this.token = tokens[lastAt(tokens, at)];
  }

  #paintMap(canvas: HTMLCanvasElement, palette: NetworkPalette): void {
    const { network } = this.panel;
    const { shape, columns, engine } = network;
    const context = fitted(canvas);
    if (!shape) return;
    // Another network may have no such values.
    if (!shownOf(shape).includes(this.shown)) this.#show('h');
    const key = [engine, this.shown, canvas.clientHeight, palette.ground, palette.above].join(' ');
    const rows = layerRows(shape, this.shown, canvas.clientHeight / 2);
    if (rows.length !== this.#rows.length || rows.some(({ row }, index) => row !== this.#rows[index]!.row))
      this.requestUpdate();
    this.#rows = rows;
    this.#map.prepare(rows, this.shown, key);
    const view = this.#viewOf(canvas);
    this.#map.paint(context, columns, view, { engine, palette });
    this.#paintTrace(context, view, palette);
  }

  #paintTrace(context: CanvasRenderingContext2D, view: RollView, palette: NetworkPalette): void {
    const { traced, shown } = this;
    const place = this.#rows.find(({ layer }) => layer === traced?.layer);
    if (!traced || !place) {
      if (traced) this.value = `This layer has no ${SHOWN[shown].words}.`;
      return;
    }
    const { columns, engine } = this.panel.network;
    const trace = { place, unit: traced.unit, shown, height: heightOf(this.#rows), engine, palette };
    paintTrace(context, columns, view, trace);
    const column: Column | undefined = columns[lastAt(columns, view.now)];
    const values = column?.engine === engine ? valuesOf(column, shown) : null;
    this.value = values
      ? `${shown === 'c' ? 'tanh c' : shown} = ${(values[place.from + traced.unit]! / 127).toFixed(2)}`
      : '';
  }
}

/** The canvas's context, cleared, in CSS pixels. */
function fitted(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return context;
}

customElements.define('continuo-network-drawer', NetworkDrawer);
