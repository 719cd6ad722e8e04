import { css } from 'lit';
import { narrow } from '../app/styles.js';

export const drawerStyles = css`
  :host {
    --above: light-dark(#00695f, #45d6c2);
    --below: light-dark(#8a2be2, #c99bff);
    display: grid;
    grid-template: 'head' auto 'pictures' minmax(200px, 1fr) 'choices' auto / minmax(0, 1fr);
    min-height: 0;
    overflow-y: auto;
    background: var(--ground);
    border-top: 1px solid var(--line);
    container-type: inline-size;
  }
  .head {
    grid-area: head;
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: center;
    padding: 4px 16px;
  }
  h2 {
    font-size: 18px;
    color: var(--text);
  }
  .head label {
    display: flex;
    gap: 6px;
    align-items: center;
    font-size: 14px;
    color: var(--muted);
  }
  .head input {
    width: 76px;
  }
  .head select {
    width: auto;
  }
  .head p {
    margin: 0;
  }
  output {
    min-width: 6em;
    font-size: 14px;
  }
  .close {
    margin-left: auto;
  }
  /* As wide as the roll, so that one moment stands above the other. */
  .pictures {
    grid-area: pictures;
    display: grid;
    grid-template-rows: 56px minmax(0, 1fr);
    min-height: 0;
  }
  .strip,
  .map {
    position: relative;
    min-height: 0;
    border-top: 1px solid var(--line);
    background: var(--surface);
  }
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    cursor: crosshair;
    touch-action: pan-y;
  }
  .label,
  .scale {
    position: absolute;
    left: 4px;
    top: 2px;
    padding: 0 4px;
    font-size: 12px;
    line-height: 16px;
    color: var(--muted);
    background: var(--surface);
    border-radius: 4px;
    pointer-events: none;
  }
  .scale {
    top: 50%;
    transform: translateY(-50%);
  }
  .map .label {
    margin-top: 2px;
  }
  .choices {
    grid-area: choices;
    padding: 8px;
    overflow-y: auto;
    background: var(--ground);
  }
  .step {
    float: right;
    display: flex;
    gap: 4px;
    margin-left: 8px;
  }
  .step button {
    min-width: 44px;
    padding: 0 8px;
    font-size: 14px;
  }
  /* The future of the roll, right of the line, is empty here: the choices stand there. */
  @container (min-width: 860px) {
    .choices {
      grid-area: pictures;
      justify-self: end;
      z-index: 1;
      width: calc(25% - 36px);
      border-left: 1px solid var(--line);
      border-top: 1px solid var(--line);
    }
  }
  /* Title, whose network it is, and Close in the first line, the fields in the next. */
  @container (max-width: 1100px) {
    .band h2,
    .band .whose,
    .band .close {
      order: -1;
    }
    .band::before {
      content: "";
      order: 0;
      flex-basis: 100%;
    }
  }
  @container (max-width: 640px) {
    .head {
      padding: 4px 12px;
    }
    h2,
    .whose,
    .close {
      order: -1;
    }
    .whose select {
      max-width: 36cqw;
    }
    .head::before {
      content: "";
      order: 0;
      flex-basis: 100%;
    }
    .head input {
      width: 68px;
    }
  }
  @media ${narrow} {
    kbd {
      display: none;
    }
  }
`;
