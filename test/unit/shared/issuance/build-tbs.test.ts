import { describe, expect, it } from 'vitest'
import { buildTbs } from '@easycerts/shared/issuance'
import { addDuration, days, minutes } from '@easycerts/shared/time'
import { NOW } from '../../../support/sample-cluster.ts'
import { sampleTbs, samplePublicKey, SERIAL_NUMBER } from '../../../support/sample-issuance.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const dates = { serialNumber: SERIAL_NUMBER, now: NOW }

describe('buildTbs', () => {
  it('takes nothing from the request but its key', async () => {
    const { tbs, grant, issuer } = await sampleTbs('kubelet-serving', 'ed25519')
    expect(tbs).toEqual({
      serialNumber: SERIAL_NUMBER,
      signatureAlgorithm: 'ecdsa-p256',
      issuer: issuer.subject,
      issuerKeyIdentifier: issuer.keyIdentifier,
      validity: {
        notBefore: addDuration(NOW, minutes(-5)),
        notAfter: addDuration(NOW, days(30) - 1000),
      },
      subject: { commonName: 'system:node:master-1', organizations: ['system:nodes'] },
      publicKey: await samplePublicKey('ed25519'),
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['serverAuth'],
      names: grant.hosts,
      revocation: [],
    })
  })

  it.each([
    ['ecdsa-p256', ['digitalSignature']],
    ['ecdsa-p384', ['digitalSignature']],
    ['ed25519', ['digitalSignature']],
    ['rsa-2048', ['digitalSignature', 'keyEncipherment']],
  ] as const)('lets a key of %s be used for %j', async (algorithm, usages) => {
    expect((await sampleTbs('kubelet-client', algorithm)).tbs.keyUsage).toEqual(usages)
  })

  it('ends with its issuer at the latest', async () => {
    const { grant, issuer, tbs } = await sampleTbs('kubelet-client')
    const ending = { ...issuer, notAfter: addDuration(NOW, days(3)) }
    expect(buildTbs(grant, tbs.publicKey, ending, dates).validity.notAfter).toEqual(ending.notAfter)
  })

  it('refuses to issue in the last minute of the issuer', async () => {
    const { grant, issuer, tbs } = await sampleTbs('kubelet-client')
    const build = (left: number) => () =>
      buildTbs(grant, tbs.publicKey, { ...issuer, notAfter: addDuration(NOW, left) }, dates)
    expect(codeOf(build(minutes(1) - 1))).toBe('ERR_ISSUER_EXPIRES_FIRST')
    expect(codeOf(build(days(-1)))).toBe('ERR_ISSUER_EXPIRES_FIRST')
    expect(build(minutes(1))().validity.notAfter).toEqual(addDuration(NOW, minutes(1)))
  })
})
