import { HELD_MS, type Punctuality } from './punctuality.js';

/** Share of the notes of any one session that may be later than that: a few times as many as of all. */
export const WORST_SHARE = 0.05;

/** What is asked of sessions that are held. */
export interface Service extends Pick<Punctuality, 'latenessMsP99' | 'worstLateShare'> {
  /** Notes that were dropped. */
  readonly dropped: number;
  /** Sessions that gave no reply. */
  readonly silent: number;
}

/** Why sessions are not held; empty where they are. */
export function faultsOf({ latenessMsP99, worstLateShare, dropped, silent }: Service): string[] {
  const faults: string[] = [];
  if (latenessMsP99 >= HELD_MS) faults.push('late');
  if (worstLateShare > WORST_SHARE)
    faults.push(`${(100 * worstLateShare).toFixed(0)} % of one session's notes late`);
  if (dropped > 0) faults.push(`${dropped} dropped`);
  if (silent > 0) faults.push(`${silent} gave no reply`);
  return faults;
}

export const isHeld = (service: Service): boolean => faultsOf(service).length === 0;
