import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordedReasonOf } from '@easycerts/cfssl/certdb'
import { parseCrl } from '@easycerts/shared/revocation'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  adoptCertificate,
  type AdoptionOutcome,
  type SignedElsewhere,
  type Authority,
  describeCertificates,
  pageOfExpirations,
  revokeCertificates,
} from '../../../apps/ca-server/src/authority/index.ts'
import { readCertdb } from '../../../apps/ca-server/src/store/certdb/index.ts'
import { runCaServer } from '../../support/ca-server-process.ts'
import { exchange, makeLabCertdb, openLabDesk } from '../../support/cfssl/lab-desk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const openLab = async () => {
  const lab = await openLabDesk()
  onTestFinished(lab.dispose)
  return lab
}

const adopt = (
  authority: Authority,
  wish: Omit<SignedElsewhere, 'source'>,
): Promise<AdoptionOutcome> =>
  authority.store.transact((writing) =>
    adoptCertificate(
      writing,
      { issuers: Object.values(authority.issuers), clock: authority.clock },
      { ...wish, source: 'a test' },
    ),
  )

const adoptAll = async (authority: Authority, certdb: string) => {
  const outcomes: Record<string, number> = {}
  for (const row of readCertdb(certdb)) {
    const outcome =
      'fault' in row
        ? 'fault'
        : await adopt(authority, {
            certificate: row.certificate,
            revocation: row.revocation && {
              reason: recordedReasonOf(row.revocation.code),
              revokedAt: row.revocation.revokedAt,
            },
          })
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  return outcomes
}

describe('the certificates of a certdb of cfssl', () => {
  it('are records like all others: shown, looked at for their end, in the CRL, and in the log', async () => {
    const lab = await openLab()
    const certdb = makeLabCertdb(temporaryFolder())
    expect(await adoptAll(lab.authority, certdb)).toEqual({ adopted: 94 })
    expect(await adoptAll(lab.authority, certdb)).toEqual({ known: 94 })

    const [shown] = await describeCertificates(
      lab.authority,
      '611368beb7db24ec122c413a3d58831a1834943f',
      undefined,
    )
    expect(shown).toMatchObject({
      standing: 'revoked',
      row: { profile: 'adopted', node: null, requester: 'import a test' },
      revocation: { reason: 'keyCompromise', revokedAt: '2026-11-21T03:14:17.000Z' },
    })

    const crl = await lab.crls.publishChanges('cluster-g1')
    expect(crl && parseCrl(crl.der).revoked).toHaveLength(3)

    const { items } = await lab.authority.store.read((reading) =>
      pageOfExpirations(reading, lab.clock.read(), {
        stage: 'others',
        after: { requester: '', position: 0 },
      }),
    )
    expect(items.every(({ profile }) => profile === 'adopted')).toBe(true)
    expect(items.length).toBeGreaterThan(80)

    const verified = await runCaServer([
      ...['--output', 'json', '--data-directory', lab.directory],
      ...['log', 'verify'],
    ])
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(verified.stdout)).toMatchObject({ differenceCount: 0 })
  })
})

describe('a certificate that was signed elsewhere', () => {
  const { pem } = JSON.parse(exchange('b070-certadd-min').request.body) as { pem: string }
  const certificate = parseCertificatePem(pem)

  it('can be revoked once it is adopted', async () => {
    const { authority, desk } = await openLab()
    expect(await adopt(authority, { certificate, revocation: undefined })).toBe('adopted')
    const channels = desk.channels
    if (!channels) throw new Error('no channels')
    const { revoked } = await revokeCertificates(authority, channels, {
      target: { kind: 'serial', serialNumber: certificate.serialNumber, issuer: undefined },
      reason: 'superseded',
      actor: 'operator root',
    })
    expect(revoked).toMatchObject([{ wasRevoked: false, reason: 'superseded' }])
  })

  it('is not adopted unless an issuer of ours signed it', async () => {
    const { authority } = await openLab()
    const { certificate: wrong } = JSON.parse(
      exchange('b065-ocspsign-wrongissuer').request.body,
    ) as { certificate: string }
    const foreign = parseCertificatePem(wrong)
    expect(await adopt(authority, { certificate: foreign, revocation: undefined })).toBe('foreign')
    const der = Buffer.from(certificate.der)
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
    const forged = { ...certificate, der, signature: der.subarray(-certificate.signature.length) }
    expect(await adopt(authority, { certificate: forged, revocation: undefined })).toBe('foreign')
  })
})

describe('a file that is no certdb', () => {
  it('is refused', () => {
    const file = join(temporaryFolder(), 'certs.db')
    writeFileSync(file, 'no database at all, but long enough to be looked at')
    expect(codeOf(() => [...readCertdb(file)])).toBe('ERR_FILE_UNREADABLE')
    expect(codeOf(() => [...readCertdb('/nowhere/certs.db')])).toBe('ERR_FILE_UNREADABLE')
  })
})
