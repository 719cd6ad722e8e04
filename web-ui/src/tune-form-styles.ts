import { css } from 'lit';

/** The form of a tune's options. */
export const formStyles = css`
  form {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(108px, 1fr));
    gap: 8px 16px;
    align-items: end;
    margin: 8px 0 16px;
  }
  form label {
    display: grid;
    font-size: 14px;
    line-height: 24px;
    color: var(--muted);
  }
  form label.toggle {
    display: flex;
    align-items: center;
    min-height: 44px;
    cursor: pointer;
  }
  form input:not([type='checkbox']),
  form select {
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
  ::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .ask {
    display: flex;
    gap: 8px;
    grid-column: span 2;
  }
  .ask button {
    flex: 1 1 auto;
  }
  .make:not(:disabled):not([aria-disabled='true']) {
    background: var(--model);
    border-color: var(--model);
    color: var(--on-voice);
    font-weight: 600;
  }
  .make[aria-disabled='true'] {
    color: var(--muted);
    font-weight: 600;
  }
`;
