/** Thrown by a command whose exit code is part of its answer: no failure, and nothing more to tell. */
export class ExitStatus extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`exit code ${exitCode}`)
    this.exitCode = exitCode
  }
}
