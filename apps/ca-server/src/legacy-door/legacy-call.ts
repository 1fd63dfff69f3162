/** One request at the door, its body bounded and not yet read. */
export interface LegacyCall {
  readonly method: string
  /** Without the base path: 'sign'. */
  readonly endpoint: string
  readonly query: URLSearchParams
  readonly body: Buffer
  /** Canonical text of the address that it came from. */
  readonly address: string
}
