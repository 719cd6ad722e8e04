/** What came of one check. */
export interface CheckResult {
  readonly check: string;
  /** `skipped`: the plugin has nothing that it could be asked of. */
  readonly outcome: 'passed' | 'warned' | 'failed' | 'skipped';
  /** What was seen, in a sentence. */
  readonly message: string;
  /** What was measured, by name and unit. */
  readonly figures?: Readonly<Record<string, number>>;
  /** For `--reproduce`: which random session failed. */
  readonly reproduce?: string;
  /** What happened in that session, one a line, as few as still make it fail. */
  readonly steps?: readonly string[];
}

/** What a check found out; its name is put to it. */
export type Finding = Omit<CheckResult, 'check'>;

export const passed = (message: string, figures?: CheckResult['figures']): Finding => ({
  outcome: 'passed',
  message,
  ...(figures && { figures }),
});

export const skipped = (message: string): Finding => ({ outcome: 'skipped', message });

/** Thrown by a check where the plugin breaks the contract. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Throws a {@link Violation} where `holds` is false. */
export function demand(holds: boolean, message: () => string): asserts holds {
  if (!holds) throw new Violation(message());
}
