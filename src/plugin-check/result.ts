/** The result of one check. */
export interface CheckResult {
  readonly check: string;
  /** `skipped`: the plugin lacks what this check is about. */
  readonly outcome: 'passed' | 'warned' | 'failed' | 'skipped';
  /** What the check saw, in a sentence. */
  readonly message: string;
  /** Measurements, by name and unit. */
  readonly figures?: Readonly<Record<string, number>>;
  /** For `--reproduce`: which random session failed. */
  readonly reproduce?: string;
  /** That session's events, one a line, reduced to those that still make it fail. */
  readonly steps?: readonly string[];
}

/** A result before the name of its check is added. */
export type Finding = Omit<CheckResult, 'check'>;

export const passed = (message: string, figures?: CheckResult['figures']): Finding => ({
  outcome: 'passed',
  message,
  ...(figures && { figures }),
});

export const skipped = (message: string): Finding => ({ outcome: 'skipped', message });

/** A check throws this where the plugin breaks the contract. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Throws a {@link Violation} where `holds` is false. */
export function demand(holds: boolean, message: () => string): asserts holds {
  if (!holds) throw new Violation(message());
}
