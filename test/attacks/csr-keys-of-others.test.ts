import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodePem } from '@easycerts/shared/encoding'
import { parseSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { handMadeRequest } from '../support/hand-made-der.ts'
import { askCertificate, tryJoin } from '../support/joiner.ts'
import { KEYS_IN_RFCS } from '../support/published-keys.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const REJECTED = everywhere('ERR_CSR_KEY_REJECTED')

/** RFC 8410 §7: a private key of Ed25519 up to its seed. */
const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

describe('an attacker who has a key certified that is somebody else’s', () => {
  it('is refused the key of every issuer, of the log and of the trust document', async () => {
    const folder = join(attack.ca.directory, 'keys')
    const files = readdirSync(folder).filter((name) => name.endsWith('.pem'))
    expect(files.length).toBeGreaterThanOrEqual(6)
    for (const file of files) {
      const key = parseSigningKey(readFileSync(join(folder, file), 'utf8'))
      const codes = await attack.codesOf(buildCertificateRequest(key))
      expect({ file, codes }).toEqual({ file, codes: REJECTED })
    }
  })

  it('is refused the key of the ticket, which has been on a screen and in a pipe', async () => {
    const seed = attack.ticket.seed.reveal()
    const pkcs8 = Buffer.concat([ED25519, seed])
    const csr = buildCertificateRequest(parseSigningKey(encodePem('PRIVATE KEY', pkcs8)))
    await expect(tryJoin(attack.ca, attack.ticket, { csr })).resolves.toMatchObject({
      code: 'ERR_CSR_KEY_REJECTED',
    })
  })

  it.each(KEYS_IN_RFCS)(
    'is refused a key whose private half stands in %s',
    async (_where, spki) => {
      const der = handMadeRequest(attack.key, { spki: Buffer.from(spki, 'base64') })
      await expect(attack.codesOfDer(der)).resolves.toEqual(REJECTED)
    },
  )

  it('is refused the key of another node', async () => {
    const csr = buildCertificateRequest(attack.node.key)
    await expect(tryJoin(attack.ca, attack.ticket, { csr })).resolves.toMatchObject({
      code: 'ERR_CSR_KEY_REJECTED',
    })
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())

  it('is refused the key of a certificate that another node has asked for', async () => {
    const asked = await askCertificate(attack.ca, attack.node, 'kubelet-client', attack.key)
    expect(asked.code).toBeUndefined()
    const csr = buildCertificateRequest(attack.key)
    const ticket = await attack.newTicket('worker-5')
    await expect(tryJoin(attack.ca, ticket, { csr })).resolves.toMatchObject({
      code: 'ERR_CSR_KEY_REJECTED',
    })
  })
})
