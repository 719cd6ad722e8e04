import { ContinuoError, ERROR_CODES, type ErrorCode } from '../errors.js';

/** An error as it crosses a thread: classes do not. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** An error as plain data. A defect of the program keeps its stack in the message: it is to be reported, not hidden. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof ContinuoError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint !== undefined && { hint: error.hint }),
    };
  }
  return { code: 'DEFECT', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error that a report was made from. */
export function errorOf(report: ErrorReport): Error {
  if (report.code in ERROR_CODES)
    return new ContinuoError(report.code as ErrorCode, report.message, report.hint);
  return new Error(report.message);
}
