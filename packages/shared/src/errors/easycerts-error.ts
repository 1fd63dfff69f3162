import { ERROR_CODES, type ErrorCode } from './error-code.ts'
import { hideSecrets } from './hide-secrets.ts'

interface ErrorOptions {
  readonly cause?: unknown
  /** Takes the place of the catalogue's hint where a better one is known. */
  readonly hint?: string
  /** In milliseconds: an earlier attempt is in vain, for the server said so. */
  readonly retryAfter?: number
  /** Stable name of the policy rule that refused ('node-role'). */
  readonly rule?: string
}

/**
 * The one failure type. `message` is lower case, has no full stop, names the thing, and never
 * holds a key, a ticket, a passphrase or PEM: it is shown, logged and sent.
 */
export class EasycertsError extends Error {
  override readonly name = 'EasycertsError'
  readonly code: ErrorCode
  readonly hint: string
  readonly retryAfter: number | undefined
  readonly rule: string | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(hideSecrets(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint === undefined ? ERROR_CODES[code].hint : hideSecrets(options.hint)
    this.retryAfter = options.retryAfter
    this.rule = options.rule
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exit
  }

  get status(): number {
    return ERROR_CODES[this.code].status
  }

  get retry(): boolean {
    return ERROR_CODES[this.code].retry
  }
}

export const isEasycertsError = (error: unknown): error is EasycertsError =>
  error instanceof EasycertsError

/** Gives an unexpected failure a code and a subject; one that has a code already passes unchanged. */
export const wrapError = (code: ErrorCode, message: string, cause: unknown): EasycertsError =>
  isEasycertsError(cause)
    ? cause
    : new EasycertsError(code, `${message}: ${reasonOf(cause)}`, { cause })

/** The operating system's own word for a failure (ENOSPC, EACCES …), or its message. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown failure'
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : error.message
}
