import { css } from 'lit';

export const takeDrawerStyles = css`
  .status {
    flex: 1 1 8em;
    margin: 0;
    min-height: 1.5em;
    padding-left: 8px;
  }
  .save:not(:disabled) {
    border-color: var(--model);
    font-weight: 600;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 8px;
  }
  li {
    padding: 8px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    display: grid;
    gap: 8px;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
  }
  .play {
    flex: 0 0 56px;
    font-size: 18px;
  }
  .what {
    flex: 1 1 14em;
    min-width: 0;
    display: flex;
    flex-wrap: wrap;
    gap: 0 8px;
    align-items: baseline;
  }
  .what input {
    flex: 1 1 100%;
    min-width: 0;
  }
  .title {
    font-size: 16px;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .detail {
    flex: 1 0 100%;
    overflow-wrap: anywhere;
  }
  .state {
    font-size: 13px;
    padding: 0 6px;
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  .state[data-state='damaged'] {
    border-color: var(--danger);
    color: var(--danger);
  }
  .state[data-state='now'] {
    border-color: var(--player);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .actions > * {
    min-width: 44px;
    padding: 0 10px;
  }
  a.button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-height: 44px;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--surface);
    color: inherit;
    text-decoration: none;
  }
  a.button:hover {
    background: var(--raised);
  }
  .delete:not(:disabled) {
    color: var(--danger);
  }
  .message {
    display: flex;
    gap: 16px;
    align-items: center;
    margin-bottom: 8px;
    padding: 8px 8px 8px 16px;
    background: var(--surface);
    border: 2px solid var(--edge);
    border-radius: var(--radius);
  }
  .message.trouble {
    border-color: var(--danger);
  }
  .message p {
    margin: 0;
    flex: 1;
  }
  .more {
    margin-top: 8px;
  }
  @container (max-width: 480px) {
    .status {
      order: 1;
      flex-basis: 100%;
      padding: 0;
    }
    h2 {
      margin-right: auto;
    }
    .head kbd {
      display: none;
    }
  }
`;
