import { EasycertsError, type ErrorCode } from '../errors/index.ts'

/** A refusal by policy: its message ends with the rule, whose name is stable, and carries it as `rule`. */
export const refusal = (
  code: ErrorCode,
  rule: string,
  reason: string,
  hint?: string,
): EasycertsError =>
  new EasycertsError(code, `${reason} (rule ${rule})`, {
    rule,
    ...(hint === undefined ? {} : { hint }),
  })
