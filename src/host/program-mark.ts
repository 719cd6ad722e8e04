import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { z } from 'zod';

/** Says which program wrote a file, so that another can tell whether that one runs still. */
export interface ProgramMark {
  readonly process: number;
  readonly computer: string;
  /** Where the system tells it: when the process began, which tells it from a later one with its number. */
  readonly began?: string;
}

export const programMark = z.object({
  process: z.int().min(1),
  computer: z.string().max(512),
  began: z.exactOptional(z.string().max(256)),
});

/** The clock of the file system and that of the system may differ by a little. */
const SLACK_MS = 10_000;

/** The mark of this program. */
export function ownMark(): ProgramMark {
  const began = beginningOf(process.pid);
  return { process: process.pid, computer: hostname(), ...(began !== undefined && { began }) };
}

/**
 * Whether the program of a mark runs still; on another computer it counts as running. `writtenAt`: when the mark was written, in
 * milliseconds since 1970.
 */
export function runsStill(mark: ProgramMark, writtenAt: number): boolean {
  if (mark.computer !== hostname()) return true;
  // Since the computer was started, other programs have the numbers.
  if (writtenAt < Date.now() - uptime() * 1000 - SLACK_MS) return false;
  if (!runs(mark.process)) return false;
  const now = mark.began === undefined ? undefined : beginningOf(mark.process);
  return now === undefined || now === mark.began;
}

function runs(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Another user's process.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in words of the system (Linux): this start of the computer, and the ticks since. */
function beginningOf(id: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    // The name, in brackets, may have blanks and brackets; the 22nd field is the 20th behind it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? undefined : `${boot} ${ticks}`;
  } catch {
    return undefined;
  }
}

/** Says of a program on which computer and which process it is, so that another can tell for certain that it is gone. */
export interface ProgramPlace {
  readonly process: number;
  /** This start of the computer, and when the process began. */
  readonly began: string;
  /** In which space the number of the process counts: each container has one of its own. */
  readonly space: string;
  /** The computer, whatever its start; absent where that is not certain, as in a container. */
  readonly machine?: string;
}

export const programPlace = z.object({
  process: z.int().min(1),
  began: z.string().max(256),
  space: z.string().max(256),
  machine: z.exactOptional(z.string().max(512)),
});

/** The space of processes that is not a container's, as Linux numbers it. */
const OUTERMOST = 'pid:[4026531836]';

/** The place of this program; undefined where the system does not tell it (other systems than Linux). */
export function ownPlace(): ProgramPlace | undefined {
  const began = beginningOf(process.pid);
  if (began === undefined) return undefined;
  try {
    const space = readlinkSync('/proc/self/ns/pid');
    const machine = space === OUTERMOST ? machineId() : undefined;
    return { process: process.pid, began, space, ...(machine !== undefined && { machine }) };
  } catch {
    return undefined;
  }
}

/** Images of containers have one that many computers share, so it counts outside of them alone. */
function machineId(): string | undefined {
  try {
    const id = readFileSync('/etc/machine-id', 'utf8').trim();
    return /^[0-9a-f]{32}$/.test(id) ? `${id} ${hostname()}` : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the program of a place has certainly ended. false: it runs, or nobody here can tell. `own`: {@link ownPlace}. */
export function isGone(place: ProgramPlace, own: ProgramPlace | undefined): boolean {
  if (own === undefined) return false;
  // The computer was started again since.
  if (bootOf(place) !== bootOf(own)) return place.machine !== undefined && place.machine === own.machine;
  if (place.space !== own.space) return false;
  if (!runs(place.process)) return true;
  const now = beginningOf(place.process);
  return now !== undefined && now !== place.began;
}

const bootOf = ({ began }: ProgramPlace) => began.split(' ')[0];
