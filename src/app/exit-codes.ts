/** The exit codes of the command line: promises to scripts. */
export const EXIT = {
  fine: 0,
  error: 1,
  usage: 2,
  /** The engine can't be reached; for `kill`: not proved. */
  unreachable: 3,
  /** Differences between books and exchange are open. */
  breaksOpen: 8,
  chainBroken: 9,
  /** Refused for safety. */
  unsafe: 11,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with words for the person and an exit code; never shown with a stack. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
