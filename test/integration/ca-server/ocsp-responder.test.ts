import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  contextConstructed,
  NULL,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { ocspIssuerNames } from '@easycerts/shared/revocation'
import { days, hours, minutes } from '@easycerts/shared/time'
import { encodeExtension, parseCertificateRequest } from '@easycerts/shared/x509'
import {
  acceptClock,
  CrlPublisher,
  issueCertificate,
  OcspResponder,
  revokeCertificates,
} from '../../../apps/ca-server/src/authority/index.ts'
import { openssl } from '../../support/openssl.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'

const ISSUER = 'cluster-g1'

let test: TestAuthority
let responder: OcspResponder
let serial: string
beforeEach(async () => {
  test = await openTestAuthority()
  responder = new OcspResponder(test.authority)
  serial = await issueOne()
})
afterEach(() => test.dispose())

const issueOne = async (): Promise<string> => {
  const { serialNumber } = await issueCertificate(test.authority, {
    request: parseCertificateRequest(await newRequest()),
    profile: 'admin',
    requester: { kind: 'operator', name: 'root' },
    facts: { request: { user: 'jane', groups: ['developers'] } },
  })
  return serialNumber
}

const revoke = async (): Promise<void> => {
  const deliver = () => Promise.resolve()
  const crls = await CrlPublisher.open(test.authority, { life: hours(24), deliver })
  await revokeCertificates(
    test.authority,
    { crls, ocsp: responder, disconnect: () => undefined },
    {
      target: { kind: 'serial', serialNumber: serial, issuer: undefined },
      reason: 'superseded',
      actor: 'operator root',
    },
  )
}

const requestFor = (serialNumber: string, ...more: Buffer[]): Buffer => {
  const { name, key } = ocspIssuerNames(test.authority.issuers.cluster.certificate).sha256
  const id = sequence(
    sequence(objectIdentifier(OID.sha256), NULL),
    octetString(name),
    octetString(key),
    unsignedInteger(Buffer.from(serialNumber, 'hex')),
  )
  return sequence(sequence(sequence(sequence(id)), ...more))
}

const nonce = contextConstructed(
  2,
  sequence(
    encodeExtension({
      oid: OID.ocspNonce,
      critical: false,
      value: octetString(Buffer.alloc(32, 7)),
    }),
  ),
)

const ask = (request: Buffer) => responder.answer(ISSUER, request)

/** What OpenSSL reads in an answer. */
const textOf = ({ der }: { readonly der: Buffer }): string => {
  const file = join(temporaryFolder(), 'response.der')
  writeFileSync(file, der)
  return openssl(['ocsp', '-respin', file, '-resp_text', '-noverify']).stdout
}

const signersIssued = () =>
  test.authority.store.read(async (reading) =>
    (await reading.listLog(50)).filter(({ body }) => body['profile'] === 'ocsp-signer-cluster'),
  )

describe('an OCSP answer', () => {
  it('is the same octets for everybody, until half of its life is over', async () => {
    const first = await ask(requestFor(serial))
    expect(textOf(first)).toContain('Cert Status: good')
    test.clock.advance(minutes(29))
    expect((await ask(requestFor(serial))).der).toBe(first.der)
    test.clock.advance(minutes(2))
    const second = await ask(requestFor(serial))
    expect(second.der.equals(first.der)).toBe(false)
    const now = test.clock.read()
    expect(second.caching?.thisUpdate.getTime()).toBeLessThanOrEqual(now.getTime())
    expect(second.caching?.nextUpdate.getTime()).toBeGreaterThan(now.getTime())
  })

  it('tells of a revocation at once, kept before or not', async () => {
    await ask(requestFor(serial))
    await revoke()
    const text = textOf(await ask(requestFor(serial)))
    expect(text).toContain('Cert Status: revoked')
    expect(text).toContain('Revocation Reason: superseded')
  })

  it('that is being signed during a revocation is not kept', async () => {
    const asked = ask(requestFor(serial))
    await Promise.all([asked, revoke()])
    expect(textOf(await ask(requestFor(serial)))).toContain('Cert Status: revoked')
  })

  it('with a nonce is signed for one client and kept by nobody', async () => {
    const [one, two] = [await ask(requestFor(serial, nonce)), await ask(requestFor(serial, nonce))]
    expect(one.caching).toBeUndefined()
    expect(one.der.equals(two.der)).toBe(false)
    expect(textOf(one)).toContain('OCSP Nonce')
  })

  it('is the same for what was never issued and for what a crash cut short', async () => {
    expect(textOf(await ask(requestFor('0102030405')))).toContain('certificateHold')
    const connection = test.authority.store
    await connection.transact(async (writing) => {
      await writing.addIntent({
        issuerId: ISSUER,
        serialNumber: '0102030406' as never,
        profile: 'admin',
        node: null,
        subject: 'CN=jane',
        requester: 'operator root',
        identity: null,
        keyPin: 'f'.repeat(64) as never,
        notBefore: test.clock.read().toISOString(),
        notAfter: test.clock.read().toISOString(),
        intendedAt: test.clock.read().toISOString(),
      })
    })
    expect(textOf(await ask(requestFor('0102030406')))).toContain('certificateHold')
  })

  it('stays as it was once the records of a certificate are in the archive', async () => {
    const another = await issueOne()
    await revoke()
    test.clock.advance(days(800))
    await acceptClock(test.authority, 'operator root')
    const until = test.clock.read().toISOString()
    const moved = await test.authority.store.transact(async (writing) => {
      const count = await writing.archiveEnded('certificates', until, 100)
      const entry = { at: until, kind: 'archived', actor: 'ca-server', body: { count } }
      await writing.appendLog(entry)
      return count
    })
    expect(moved).toBeGreaterThanOrEqual(2)
    expect(textOf(await ask(requestFor(another)))).toContain('Cert Status: good')
    expect(textOf(await ask(requestFor(serial)))).toContain('Revocation Reason: superseded')
  })

  it.each([
    ['malformedrequest', () => responder.answer(ISSUER, Buffer.from('hello'))],
    ['unauthorized', () => responder.answer('etcd-g1', requestFor(serial))],
    ['unauthorized', () => responder.answer('nobody', requestFor(serial))],
  ])('is %s for a question that it cannot answer', async (status, answer) => {
    expect(textOf(await answer())).toContain(status)
  })

  it('is "try later" while the clock of the CA is not believed', async () => {
    await ask(requestFor(serial))
    test.clock.jump(hours(24 * 400))
    const answer = await ask(requestFor(serial))
    expect(textOf(answer)).toContain('trylater')
    expect(answer.caching).toBeUndefined()
  })
})

describe('the signer of OCSP answers', () => {
  it('is issued by the ordinary pipeline when the first client asks, and once', async () => {
    expect(await signersIssued()).toHaveLength(0)
    await Promise.all([serial, '01', '02'].map((each) => ask(requestFor(each, nonce))))
    expect(await signersIssued()).toMatchObject([
      { kind: 'certificate-issued', actor: 'ca-server' },
    ])
  })

  it('is replaced before it ends, when somebody asks', async () => {
    await ask(requestFor(serial))
    test.clock.advance(hours(12))
    await ask(requestFor(serial))
    expect(await signersIssued()).toHaveLength(1)
    test.clock.advance(hours(24))
    const { der, caching } = await ask(requestFor(serial))
    expect(await signersIssued()).toHaveLength(2)
    expect(textOf({ der })).toContain('Cert Status: good')
    expect(caching?.nextUpdate.getTime()).toBeGreaterThan(test.clock.read().getTime())
  })
})
