import { css } from 'lit';

/** Media query: no room for the controls beside the music (a telephone either way up, or a page at 200 %). */
export const narrow = css`(max-width: 720px), (max-width: 1000px) and (max-height: 640px)`;

/** Media query: very little height. */
export const low = css`(max-height: 559px)`;

/** Styles of all controls. Touch targets are 44 px; the focus is always visible. */
export const controls = css`
  :host {
    display: block;
    box-sizing: border-box;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  button,
  select,
  input[type='text'],
  input[type='number'] {
    min-height: 44px;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--surface);
    padding: 0 12px;
  }
  button {
    cursor: pointer;
    touch-action: manipulation;
  }
  button:hover:not(:disabled),
  select:hover:not(:disabled) {
    background: var(--raised);
  }
  button:disabled,
  select:disabled,
  input[type='text']:disabled,
  input[type='number']:disabled {
    color: var(--muted);
    border-color: var(--line);
    border-style: dashed;
    cursor: default;
    opacity: 1;
  }
  /* What is chosen is to be seen where nothing can be chosen, too. */
  button[aria-pressed='true']:disabled,
  button[aria-checked='true']:disabled {
    border: 2px solid currentColor;
    font-weight: 600;
  }
  select {
    width: 100%;
    text-overflow: ellipsis;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  kbd {
    font: inherit;
    font-size: 13px;
    line-height: 20px;
    min-width: 20px;
    display: inline-block;
    text-align: center;
    padding: 0 4px;
    border: 1px solid var(--line);
    border-radius: 4px;
    color: var(--muted);
  }
  h2 {
    font-size: 14px;
    line-height: 24px;
    font-weight: 600;
    color: var(--muted);
    margin: 0;
  }
  p.trouble {
    margin: 0;
    padding-left: 8px;
    border-left: 3px solid var(--danger);
  }
  input[type='range'] {
    width: 100%;
    height: 44px;
    margin: 0;
    accent-color: var(--model);
  }
  input[type='checkbox'] {
    width: 24px;
    height: 24px;
    margin: 0 10px;
    accent-color: var(--model);
  }
  @media (pointer: fine) {
    input[type='range'] {
      height: 28px;
    }
  }
  ::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .muted {
    color: var(--muted);
    font-size: 14px;
  }
  @media (forced-colors: active) {
    button[aria-pressed='true']:not(:disabled),
    button[aria-checked='true']:not(:disabled) {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
    button:disabled,
    select:disabled,
    input:disabled {
      color: GrayText;
      border-color: GrayText;
    }
  }
`;

/** Form fields with their labels above. */
export const fields = css`
  label:not(.toggle) {
    display: grid;
    font-size: 14px;
    line-height: 24px;
    color: var(--muted);
  }
  input:not([type='checkbox']),
  select {
    width: 100%;
    min-width: 0;
    min-height: 44px;
    font-size: 16px;
    color: var(--text);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--surface);
    padding: 0 12px;
  }
`;

/** A drawer that scrolls below its head, which stays in sight. */
export const drawer = css`
  :host {
    background: var(--ground);
    overflow-y: auto;
    padding: 0 16px 16px;
    scroll-padding-top: 60px;
    container-type: inline-size;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    position: sticky;
    top: 0;
    z-index: 1;
    padding: 8px 0;
    background: var(--ground);
  }
  h2 {
    font-size: 20px;
    color: var(--text);
  }
`;
