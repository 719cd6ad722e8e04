import { css, html, nothing } from 'lit';
import '../keyboard/ring.js';
import { PanelElement } from './panel-element.js';
import { handOver, stateSentence } from './state-sentence.js';
import { low, narrow } from './styles.js';

/** The top bar: name, session, state of the turn, latency. */
export class TopBar extends PanelElement {
  static override properties = {
    ...PanelElement.properties,
    latency: { attribute: false },
    empty: { attribute: false },
  };
  static override styles = css`
    :host {
      display: grid;
      grid-template-columns: 1fr auto 1fr;
      align-items: center;
      gap: 16px;
      padding: 6px 16px;
      min-height: 56px;
      background: var(--surface);
      border-bottom: 1px solid var(--line);
    }
    h1 {
      font-size: 18px;
      line-height: 24px;
      font-weight: 600;
      margin: 0;
    }
    .name {
      display: flex;
      align-items: center;
      gap: 12px;
      min-width: 0;
    }
    ::slotted(*) {
      flex: 0 1 auto;
      min-width: 44px;
    }
    .session {
      flex: 0 1 auto;
      min-width: 0;
    }
    .session,
    .latency {
      color: var(--muted);
      font-size: 14px;
      white-space: nowrap;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .state {
      display: flex;
      align-items: center;
      gap: 12px;
      font-size: 24px;
      line-height: 32px;
      font-weight: 600;
      /* The longest sentence: another one moves nothing. */
      min-width: min(300px, 28vw);
      white-space: nowrap;
    }
    .latency {
      text-align: right;
    }
    /* Who plays stands beside the music, too: where there is no room for both, the name of the session is kept. */
    @media (max-width: 1100px) {
      .session {
        display: none;
      }
    }
    @media ${low} {
      :host {
        min-height: 40px;
        padding-block: 4px;
      }
    }
    @media ${narrow} {
      :host {
        grid-template-columns: 1fr auto;
        gap: 8px 16px;
      }
      .latency {
        display: none;
      }
      /* The list of sessions takes its place; the page still has its name. */
      h1 {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      .state {
        font-size: 18px;
        min-width: 210px;
      }
    }
    .not-recording {
      padding: 2px 6px;
      border: 2px solid var(--danger);
      border-radius: var(--radius);
      font-size: 13px;
      line-height: 18px;
    }
    @media ${narrow} {
      .not-recording {
        width: min-content;
        white-space: normal;
        line-height: 14px;
      }
    }
    @media (max-width: 360px) {
      :host {
        column-gap: 8px;
      }
      .state {
        font-size: 16px;
        gap: 8px;
        min-width: 184px;
      }
      /* Without room for both, the name of the session gives way to what must be known. */
      .name:has(~ .state .not-recording) {
        max-width: 44px;
      }
      .state:has(.not-recording) {
        min-width: 0;
        font-size: 14px;
        gap: 6px;
      }
    }
  `;
  /** Latency in seconds: the round trip to the host, and from the synth to the loudspeaker. */
  declare latency: { readonly link: number | undefined; readonly sound: number | undefined };

  /** Whether the host has no session. */
  declare empty: boolean;

  override render() {
    const { panel } = this;
    return html`
      <div class="name">
        <h1>Continuo</h1>
        <slot name="sessions"></slot>
        <span class="session">${this.#session()}</span>
      </div>
      <div class="state">
        <continuo-ring .panel=${panel}></continuo-ring>
        <span role="status">${this.#sentence()}</span>
        ${this.#notRecording()}
      </div>
      <div class="latency" title="One step of the network · to the host and back · to the loudspeaker">
        ${this.#latencies()}
      </div>
    `;
  }

  #session() {
    const { description } = this.panel;
    return description === undefined ? nothing : `${description.plugin.name} · ${description.model.name}`;
  }

  #notRecording() {
    const why = this.panel.description?.notRecording;
    return why === undefined
      ? nothing
      : html`<span class="not-recording" role="status" title=${why}>Not recording</span>`;
  }

  #sentence(): string {
    const { panel } = this;
    if (!panel.connected && panel.leaving) return this.empty ? 'No session' : 'Connecting';
    if (!panel.connected && panel.moving && !panel.movesLong) return 'Moving';
    if (!panel.connected) return panel.description === undefined ? 'Connecting' : 'Host lost';
    const near = handOver(panel.phase, panel.now());
    return stateSentence(panel.phase, panel.description?.mode ?? 'answer', {
      handingOver: near !== undefined && near > 0.5,
      firstNoteStarts: panel.firstNoteStarts,
    });
  }

  #latencies(): string {
    const { health } = this.panel;
    const said = [
      health && health.step > 0 ? `step ${milliseconds(health.step)}` : '',
      this.latency.link === undefined ? '' : `host ${milliseconds(this.latency.link)}`,
      this.latency.sound === undefined ? '' : `sound ${milliseconds(this.latency.sound)}`,
      health && health.late > 0 ? `${health.late} late` : '',
      health && health.dropped > 0 ? `${health.dropped} dropped` : '',
    ];
    return said.filter((part) => part !== '').join(' · ');
  }
}

function milliseconds(seconds: number): string {
  const ms = seconds * 1000;
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

customElements.define('continuo-top-bar', TopBar);
