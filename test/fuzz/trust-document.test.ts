import { beforeAll, expect } from 'vitest'
import { parseJson } from '@easycerts/shared/encoding'
import {
  acceptFirstTrust,
  formatTrustDocument,
  parseSignedTrust,
  parseTrustDocument,
  recallTrust,
  type TrustVersion,
} from '@easycerts/shared/trust'
import type { Certificate } from '@easycerts/shared/x509'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'
import { type Mutation } from '../support/fuzz/mutate-text.ts'
import { sortedJson } from '../support/fuzz/sorted-json.ts'
import { NOW } from '../support/sample-cluster.ts'
import { createTestIssuer } from '../support/test-issuers.ts'
import { codeOf } from '../support/to-throw-code.ts'

/** Half of the time in canonical form again, so that it is not its form that is refused. */
const mutateCanonical: Mutation = (input, other, random) => {
  const changed = mutateJson(input, other, random)
  return random() < 0.5 ? sortedJson(changed) : changed
}

describeFuzz(
  {
    parser: 'trust-document',
    mutate: mutateCanonical,
    parse: parseTrustDocument,
    format: formatTrustDocument,
    isCanonical: true,
  },
  [
    'value',
    'ERR_TRUST_MALFORMED this is no trust document: it is not canonical',
    'ERR_TRUST_MALFORMED this is no trust document: field',
  ],
)

let anchor: Certificate
beforeAll(async () => {
  anchor = (await createTestIssuer('enrolment')).certificate
})

/** What a joiner and a node go on to do with it: each refuses with a code, or takes it. */
const judge = (value: unknown, version: TrustVersion): void => {
  const first = codeOf(() => acceptFirstTrust(value, { anchor, cluster: 'lab', now: NOW }))
  expect(first).toBe('ERR_TRUST_UNPROVEN')
  expect(['accepted', 'refused']).toContain(recallTrust(version).kind)
}

describeFuzz(
  {
    parser: 'signed-trust',
    mutate: mutateJson,
    parse: (input) => {
      const value = parseJson(input.toString('utf8'))
      const version = parseSignedTrust(value)
      judge(value, version)
      return version
    },
    format: ({ signed }) => Buffer.from(JSON.stringify(signed)),
  },
  ['value', 'ERR_TRUST_MALFORMED'],
)
