import type { Proof } from '@easycerts/shared/certificate-spec'
import { describeDuration, minutes } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import type { ProofRecord } from '../../../apps/certmgr/src/plan/index.ts'
import { reportUse, useCell } from '../../../apps/certmgr/src/report/report-use.ts'
import { forgeCa } from '../../support/join/forge-certificate.ts'

const now = new Date('2030-01-01T12:00:00Z')
const provenAt = new Date(now.getTime() - minutes(72))
const { certificate } = await forgeCa('ca')
const { serialNumber } = certificate
const proof: Proof = { address: '127.0.0.1:1', use: 'server', within: '2m' }

const cellOf = (given: Proof | undefined, record?: ProofRecord): string =>
  useCell(reportUse(given, certificate, record), (instant) =>
    instant ? describeDuration(instant.getTime() - now.getTime()) : '-',
  )

describe('what certmgr status says of the use of a certificate', () => {
  const proven = { serialNumber, state: 'proven', provenAt } as const

  it.each([
    ['nothing where the spec names no proof', undefined, proven, '-'],
    ['since when it is proven', proof, proven, 'proven 1h 12m ago'],
    ['that a client is accepted', { ...proof, use: 'client' }, proven, 'accepted 1h 12m ago'],
    ['not yet before the first look', proof, undefined, 'not yet'],
    [
      'not yet of a certificate that is newer than the proof',
      proof,
      { ...proven, serialNumber: '01' },
      'not yet',
    ],
    ['not yet within the window', proof, { serialNumber, state: 'waiting' }, 'not yet'],
    [
      'what is wrong',
      proof,
      { serialNumber, state: 'alarm', reason: 'old' },
      'old certificate still served',
    ],
  ] as const)('says %s', (_, given, record, cell) => {
    expect(cellOf(given, record)).toBe(cell)
  })

  it('names the old certificate to programs', () => {
    const record = {
      serialNumber,
      state: 'alarm',
      reason: 'old',
      servedSerialNumber: '01',
    } as const
    expect(reportUse(proof, certificate, record)).toEqual({
      state: 'alarm',
      use: 'server',
      address: '127.0.0.1:1',
      reason: 'old certificate still served',
      servedSerialNumber: '01',
    })
  })
})
