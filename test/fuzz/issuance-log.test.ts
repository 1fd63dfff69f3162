import { isUtf8 } from 'node:buffer'
import * as v from 'valibot'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseJson } from '@easycerts/shared/encoding'
import {
  formatLogEntry,
  hashesOf,
  logReceiptSchema,
  parseEpochStart,
  parseLogEntry,
  parseSignedHead,
  verifyEpochStart,
} from '@easycerts/shared/issuance-log'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'
import { mutateText } from '../support/fuzz/mutate-text.ts'

describeFuzz(
  {
    parser: 'log-head',
    mutate: mutateText,
    parse: (input) => parseSignedHead(input.toString('utf8')),
    format: ({ text }) => Buffer.from(text),
  },
  ['value', 'ERR_LOG_MALFORMED'],
)

describeFuzz(
  {
    parser: 'log-entry',
    mutate: mutateJson,
    // Octets that are no text are another text before any parser sees them.
    parse: (input) => {
      if (!isUtf8(input)) throw new EasycertsError('ERR_LOG_MALFORMED', 'no text')
      return parseLogEntry(input.toString('utf8'))
    },
    format: (entry) => Buffer.from(formatLogEntry(entry)),
    isCanonical: true,
  },
  ['value', 'ERR_LOG_MALFORMED'],
)

/** As a node takes one apart, up to where keys are needed. */
describeFuzz(
  {
    parser: 'log-receipt',
    mutate: mutateJson,
    parse: (input) => {
      const parsed = v.safeParse(logReceiptSchema, parseJson(input.toString('utf8')))
      if (!parsed.success) throw new EasycertsError('ERR_LOG_MALFORMED', 'no receipt')
      const { head } = parseSignedHead(parsed.output.head)
      hashesOf(parsed.output.consistency)
      parseEpochStart(parseLogEntry(parsed.output.entry).body)
      return verifyEpochStart(parsed.output, head)
    },
  },
  ['ERR_LOG_MALFORMED no receipt', 'ERR_LOG_INCONSISTENT'],
)
