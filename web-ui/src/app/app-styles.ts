import { css } from 'lit';
import { low, narrow } from './styles.js';

/** How the parts of the panel are laid out. */
export const layout = css`
  :host {
    display: grid;
    grid-template:
      'bar bar' auto
      'stage side' minmax(0, 1fr)
      'network side' auto
      'transport side' auto
      'keyboard keyboard' auto / minmax(0, 1fr) 304px;
    height: 100dvh;
    min-height: 320px;
  }
  .screen,
  main {
    display: contents;
  }
  continuo-top-bar {
    grid-area: bar;
  }
  continuo-roll {
    grid-area: stage;
  }
  continuo-piece-drawer,
  continuo-take-drawer,
  continuo-snapshot-drawer {
    grid-area: stage;
    z-index: 1;
  }
  continuo-network-drawer {
    grid-area: network;
    height: clamp(240px, 40dvh, 460px);
  }
  @media (max-width: 1160px) {
    continuo-network-drawer {
      height: clamp(240px, 48dvh, 480px);
    }
  }
  @media (max-height: 760px) {
    /* There is no room for it above the drawer, which has a button to close it. */
    :host([data-network]) .see-network {
      display: none;
    }
  }
  .see {
    grid-area: stage;
    align-self: start;
    justify-self: end;
    margin: 8px;
    display: flex;
    gap: 8px;
    z-index: 1;
  }
  .see button {
    padding: 0 10px;
    font-size: 14px;
  }
  @media ${narrow}, (pointer: coarse) {
    .see kbd {
      display: none;
    }
  }
  @media ${low} {
    /* There is room for one of them. */
    :host([data-network]) continuo-roll {
      display: none;
    }
  }
  aside {
    grid-area: side;
    overflow-y: auto;
    border-left: 1px solid var(--line);
    padding: 16px;
    display: grid;
    gap: 24px;
    align-content: start;
  }
  continuo-transport {
    grid-area: transport;
    border-top: 1px solid var(--line);
  }
  continuo-keyboard {
    grid-area: keyboard;
  }
  .messages {
    grid-area: stage;
    align-self: end;
    justify-self: center;
    z-index: 2;
    margin: 0 16px 32px;
    max-width: 64ch;
    max-height: calc(100% - 32px);
    overflow-y: auto;
    display: grid;
    gap: 8px;
  }
  .message {
    display: flex;
    gap: 16px;
    align-items: center;
    padding: 8px 8px 8px 16px;
    background: var(--surface);
    border: 2px solid var(--edge);
    border-radius: var(--radius);
  }
  .trouble {
    border-color: var(--danger);
  }
  .message p {
    margin: 0;
    flex: 1;
  }
  .message button {
    flex: none;
  }
  .none {
    grid-area: stage;
    place-self: center;
    z-index: 1;
    display: grid;
    gap: 16px;
    justify-items: center;
    font-size: 18px;
    padding: 16px;
    background: var(--surface);
    border-radius: var(--radius);
  }
  .none p {
    margin: 0;
    max-width: 40ch;
    text-align: center;
    text-wrap: balance;
  }
  .choices .primary:not(:disabled) {
    background: var(--player);
    border-color: var(--player);
    color: var(--on-voice);
  }
  @media (forced-colors: active) {
    .choices .primary:not(:disabled) {
      background: ButtonFace;
      border-color: Highlight;
      color: ButtonText;
    }
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 8px;
  }
  .choices button {
    min-height: 44px;
    padding: 0 16px;
  }
  nav {
    grid-area: rail;
    overflow-y: auto;
    border-right: 1px solid var(--line);
    padding: 16px 12px;
  }
  :host([data-rail]) {
    grid-template:
      'bar bar bar' auto
      'rail stage side' minmax(0, 1fr)
      'rail network side' auto
      'rail transport side' auto
      'keyboard keyboard keyboard' auto / 264px minmax(0, 1fr) 304px;
  }
  /* One screen for the music; what steers it stands below. */
  @media ${narrow} {
    :host {
      display: block;
      height: auto;
      min-height: 0;
    }
    .screen {
      display: grid;
      grid-template:
        'bar' auto
        'stage' minmax(112px, 1fr)
        'transport' auto
        'keyboard' auto / minmax(0, 1fr);
      height: 100dvh;
      min-height: min-content;
    }
    /* A page to scroll, with Start and Stop in reach. */
    :host([data-drawer]) .screen {
      grid-template:
        'bar' auto
        'transport' auto
        'stage' auto
        'keyboard' auto / minmax(0, 1fr);
      height: auto;
    }
    :host([data-drawer]) continuo-transport {
      position: sticky;
      top: 0;
      z-index: 2;
      border-top: 0;
      border-bottom: 1px solid var(--line);
      background: var(--ground);
    }
    :host([data-drawer]) continuo-roll {
      display: none;
    }
    :host([data-network]) .screen {
      grid-template:
        'bar' auto
        'transport' auto
        'stage' 176px
        'network' auto
        'keyboard' auto / minmax(0, 1fr);
      height: auto;
    }
    :host([data-network]) continuo-network-drawer {
      height: auto;
    }
    :host([data-drawer]) .messages {
      position: sticky;
      bottom: 16px;
    }
    aside {
      border-left: 0;
      border-top: 1px solid var(--line);
    }
  }
`;
