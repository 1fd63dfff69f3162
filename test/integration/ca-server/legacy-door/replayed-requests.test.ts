import { days, hours } from '@easycerts/shared/time'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { expect, it, onTestFinished, describe } from 'vitest'
import { openLabDesk } from '../../../support/cfssl/lab-desk.ts'
import {
  askDesk,
  authsignBodyOf,
  certificateIn,
  csrOf,
} from '../../../support/cfssl/legacy-wish.ts'

const ROW = [{ profiles: ['server'] }]

const openDesk = async (open: readonly 'endless-replay'[] = []) => {
  const lab = await openLabDesk({ keys: { main: ROW }, open: [...open] })
  onTestFinished(() => lab.dispose())
  const body = authsignBodyOf({
    certificate_request: await csrOf('worker-1'),
    hosts: ['worker-1'],
    profile: 'server',
  })
  const ask = (address = '127.0.0.1') => askDesk(lab.desk, 'authsign', body, address)
  return { ...lab, ask }
}

describe('a request of authsign that comes again, octet for octet', () => {
  it('gets the certificate that it got, until half of that is over, and then a new one', async () => {
    const { ask, clock } = await openDesk()
    const first = await ask()
    clock.advance(days(40))
    expect((await ask()).body).toBe(first.body)
    clock.advance(days(10))
    const second = certificateIn(await ask())
    expect(second).toContain('BEGIN')
    expect(second).not.toBe(certificateIn(first))
    expect(certificateIn(await ask())).toBe(second)
  })

  it('gets one certificate, if it comes twice at one instant', async () => {
    const { ask } = await openDesk()
    const [first, second] = await Promise.all([ask(), ask()])
    expect(certificateIn(first)).toContain('BEGIN')
    expect(second.body).toBe(first.body)
  })

  it('gets nothing once its certificate is revoked, not even after that has ended', async () => {
    const { ask, authority, clock } = await openDesk()
    const { serialNumber, validity } = parseCertificatePem(certificateIn(await ask()) ?? '')
    await authority.store.transact(async (writing) => {
      await writing.addRevocation({
        issuerId: 'cluster-g1',
        serialNumber,
        reason: 'keyCompromise',
        revokedAt: authority.clock().toISOString(),
        notAfter: validity.notAfter.toISOString(),
      })
      await writing.appendLog({
        at: authority.clock().toISOString(),
        kind: 'certificate-revoked',
        actor: 'operator',
        body: {},
      })
    })
    expect((await ask()).body).toContain('"not authorised"')
    clock.advance(days(100))
    expect((await ask()).body).toContain('"not authorised"')
  })

  it('gets a new certificate each time behind the switch endless-replay', async () => {
    const { ask } = await openDesk(['endless-replay'])
    expect(certificateIn(await ask())).not.toBe(certificateIn(await ask()))
  })
})

describe('the uses of a key', () => {
  it('are counted by address, subject and profile, with the last certificate', async () => {
    const { ask, authority, clock } = await openDesk()
    const { serialNumber } = parseCertificatePem(certificateIn(await ask()) ?? '')
    clock.advance(hours(1))
    await ask()
    await ask('10.9.8.7')
    const uses = await authority.store.read((reading) => reading.listLegacyUses())
    const common = {
      key: 'main',
      commonName: 'worker-1',
      profile: 'server',
      lastSerialNumber: serialNumber,
      lastUsedAt: '2026-11-21T04:14:17.000Z',
    }
    expect(uses.toSorted((a, b) => b.uses - a.uses)).toEqual([
      { ...common, address: '127.0.0.1', firstUsedAt: '2026-11-21T03:14:17.000Z', uses: 2 },
      { ...common, address: '10.9.8.7', firstUsedAt: '2026-11-21T04:14:17.000Z', uses: 1 },
    ])
  })

  it('leave certificates that are records as all others', async () => {
    const { ask, authority } = await openDesk()
    await ask()
    const [row] = await authority.store.read((reading) => reading.listCertificates(1))
    expect(row).toMatchObject({
      profile: 'cfssl/server',
      subject: 'CN=worker-1',
      requester: 'legacy key main',
      node: null,
      state: 'issued',
    })
  })
})
