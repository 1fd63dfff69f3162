/** A failure as clients of cfssl know it: `code` and `text` stand in the envelope. */
export class CfsslFailure extends Error {
  override readonly name = 'CfsslFailure'
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, text: string) {
    super(text)
    this.status = status
    this.code = code
  }
}

/** A request that cannot be understood or may not be made: the code is the status. */
export const badRequest = (text: string): CfsslFailure => new CfsslFailure(400, 400, text)

/** An error of cfssl's own catalogue: four or five digits, and status 400 whatever they say. */
export const cfsslError = (code: number, text: string): CfsslFailure =>
  new CfsslFailure(400, code, text)

/** Any other error of Go: status 500, and no code. */
export const goError = (text: string): CfsslFailure => new CfsslFailure(500, 0, text)
