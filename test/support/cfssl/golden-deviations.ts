/** A recorded exchange that is wanted otherwise here. */
export interface Deviation {
  readonly why: string
  /** What is answered instead, without what changes each time; undefined: the same answer. */
  readonly status?: number
  readonly body?: string
  /** Keys of the certificate's content that differ. */
  readonly differs?: readonly string[]
}

const failure = (code: number, message: string): string =>
  `{"success":false,"result":null,"errors":[{"code":${code},"message":${JSON.stringify(message)}}],"messages":[]}\n`

/** By name of the exchange; whatever stands here is asserted too. */
export const GOLDEN_DEVIATIONS: Readonly<Record<string, Deviation>> = {}
export { failure as failureText }
