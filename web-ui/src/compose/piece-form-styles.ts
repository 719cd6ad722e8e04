import { css } from 'lit';

/** Styles of the form of a piece's options. */
export const formStyles = css`
  :host([hidden]) {
    display: none;
  }
  form {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(100px, 1fr));
    gap: 8px 12px;
    align-items: end;
    margin: 0 0 8px;
  }
  form label.toggle {
    display: flex;
    align-items: center;
    min-height: 44px;
    font-size: 14px;
    color: var(--muted);
    cursor: pointer;
  }
  form label.toggle input {
    flex: none;
    margin-left: 0;
  }
  .folded:not([hidden]) {
    display: contents;
  }
  /* In one row, as far as that goes. */
  @container (max-width: 819px) {
    form:not(.open) .folding {
      display: none;
    }
  }
  @container (min-width: 820px) {
    .where-narrow {
      display: none;
    }
  }
`;

/** Styles of the button that makes a piece. */
export const makeStyles = css`
  .make:not(:disabled):not([aria-disabled='true']) {
    background: var(--model);
    border-color: var(--model);
    color: var(--on-voice);
    font-weight: 600;
  }
  @media (forced-colors: active) {
    .make:not(:disabled):not([aria-disabled='true']) {
      background: ButtonFace;
      border-color: Highlight;
      color: ButtonText;
    }
  }
  .make[aria-disabled='true'] {
    color: var(--muted);
    font-weight: 600;
  }
`;
