import { randomBytes } from 'node:crypto'
import { buildCrl, CrlEntries, parseCrl } from '@easycerts/shared/revocation'
import { addDuration, days, hours } from '@easycerts/shared/time'
import { buildSerialNumber, SERIAL_RANDOM_OCTETS } from '@easycerts/shared/x509'
import { createTestIssuer } from '../test/support/test-issuers.ts'
import { medianOf } from './process-usage.ts'

const REVOKED = 100_000
const ROUNDS = 9
const NOW = new Date('2026-03-01T12:00:00Z')

/** Milliseconds of CPU for a CRL of 100,000 entries: from records, with one more, and read back. */
export const benchCrl = async (): Promise<string[][]> => {
  const issuer = await createTestIssuer('cluster')
  const entryOf = (index: number) => ({
    serialNumber: buildSerialNumber(NOW, randomBytes(SERIAL_RANDOM_OCTETS)),
    revokedAt: addDuration(NOW, index),
    reason: 'keyCompromise' as const,
    notAfter: addDuration(NOW, days(30)),
  })
  const rows = Array.from({ length: REVOKED }, (_, index) => entryOf(index))
  let number = 0n
  const crlOf = (entries: CrlEntries) =>
    buildCrl(
      {
        issuer: issuer.subject,
        issuerKeyIdentifier: issuer.keyIdentifier,
        number: ++number,
        thisUpdate: NOW,
        nextUpdate: addDuration(NOW, hours(24)),
      },
      entries.encoding,
      issuer.key,
    )
  let entries = new CrlEntries()
  const full = measure(() => {
    entries = new CrlEntries()
    for (const row of rows) entries.add(row)
    crlOf(entries)
  })
  const oneMore = measure((round) => {
    entries.add(entryOf(round))
    crlOf(entries)
  })
  const der = crlOf(entries)
  const read = measure(() => parseCrl(der))
  return [
    [`full, ${REVOKED} entries, ${(der.length / 1e6).toFixed(1)} MB`, `${full.toFixed(1)} ms`],
    ['one more, signed again', `${oneMore.toFixed(1)} ms`],
    ['read back', `${read.toFixed(0)} ms`],
  ]
}

const measure = (work: (round: number) => unknown): number => {
  const times: number[] = []
  work(0)
  for (let round = 1; round <= ROUNDS; round++) {
    const before = process.cpuUsage()
    work(round)
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  return medianOf(times)
}
