import { randomBytes, verify } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@easycerts/shared/encoding'
import {
  generateSigningKey,
  KEY_ALGORITHM_ROWS,
  KEY_ALGORITHMS,
  type KeyAlgorithm,
  type SigningKey,
} from '@easycerts/shared/key'
import { minutes, seconds } from '@easycerts/shared/time'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import {
  type Cryptoki,
  loadCryptoki,
  tokenIssuerKeys,
  TokenSession,
} from '../../../apps/ca-server/src/key-store/pkcs11/index.ts'
import { makeFolder } from '../../support/ca-server-process.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { createSoftHsm, type SoftHsm } from '../../support/soft-hsm.ts'
import { createTestClock } from '../../support/test-authority.ts'
import { codeOf, codeOfAsync } from '../../support/to-throw-code.ts'

const MESSAGE = Buffer.from('to be signed')

const verifies = (key: SigningKey, message = MESSAGE): boolean =>
  verify(
    KEY_ALGORITHM_ROWS[key.algorithm].digest,
    message,
    key.publicKey.keyObject,
    key.sign(message),
  )

describeWith('softhsm2-util', 'keys in a PKCS#11 token', () => {
  let hsm: SoftHsm
  let cryptoki: Cryptoki
  const clock = createTestClock()
  beforeAll(async () => {
    hsm = createSoftHsm(makeFolder())
    process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF']
    cryptoki = await loadCryptoki(hsm.module)
  })
  afterAll(() => {
    delete process.env['SOFTHSM2_CONF']
  })

  const open = (pin = hsm.pin, label = hsm.label) => {
    const session = new TokenSession(cryptoki, {
      label,
      pin: new Secret(pin),
      mayWrite: true,
      clock: clock.read,
    })
    return tokenIssuerKeys(session, randomBytes)
  }

  const made = async (algorithm: KeyAlgorithm) => {
    const keys = open()
    const kept = await keys.generate('cluster-g1', algorithm)
    return { keys, ...kept }
  }

  it.each(KEY_ALGORITHMS)('sign with %s, made there', async (algorithm) => {
    const { keys, key } = await made(algorithm)
    expect(key.algorithm).toBe(algorithm)
    expect(verifies(key)).toBe(true)
    keys.close()
  })

  it.each(KEY_ALGORITHMS)('sign with %s, taken over', async (algorithm) => {
    const keys = open()
    const outside = await generateSigningKey(algorithm)
    const { key } = await keys.adopt('etcd-g1', outside)
    expect(key.publicKey.pin).toBe(outside.publicKey.pin)
    expect(verifies(key)).toBe(true)
    keys.close()
  })

  it('are found again by another session, and by none with another id', async () => {
    const { keys, key, location } = await made('ecdsa-p256')
    keys.close()
    const again = open()
    const { publicKey } = key
    expect(verifies(again.open({ issuerId: 'cluster-g1', location, publicKey }))).toBe(true)
    const other = location.replace(/%[0-9a-f]{2}/, '%00%00')
    expect(codeOf(() => again.open({ issuerId: 'cluster-g1', location: other, publicKey }))).toBe(
      'ERR_PKCS11_UNAVAILABLE',
    )
    again.close()
  })

  it('are not taken for the key of another certificate', async () => {
    const { keys, location } = await made('ecdsa-p256')
    const { publicKey } = await generateSigningKey('ecdsa-p256')
    expect(codeOf(() => keys.open({ issuerId: 'cluster-g1', location, publicKey }))).toBe(
      'ERR_PKCS11_UNAVAILABLE',
    )
    keys.close()
  })

  it('never leave it: sensitive, and not extractable', async () => {
    const { keys, location } = await made('ecdsa-p256')
    const { library: ck, module } = cryptoki
    const id = Buffer.from(location.match(/id=([^;]+)/)?.[1]?.replaceAll('%', '') ?? '', 'hex')
    const [slot] = module
      .C_GetSlotList(true)
      .filter((each) => module.C_GetTokenInfo(each).label.trimEnd() === hsm.label)
    const session = module.C_OpenSession(slot ?? Buffer.alloc(0), ck.CKF_SERIAL_SESSION)
    module.C_FindObjectsInit(session, [
      { type: ck.CKA_CLASS, value: ck.CKO_PRIVATE_KEY },
      { type: ck.CKA_ID, value: id },
    ])
    const [key] = module.C_FindObjects(session, 1)
    module.C_FindObjectsFinal(session)
    const flags = module.C_GetAttributeValue(session, key ?? Buffer.alloc(0), [
      { type: ck.CKA_SENSITIVE },
      { type: ck.CKA_EXTRACTABLE },
    ])
    expect(flags.map(({ value }) => value[0])).toEqual([1, 0])
    expect(() =>
      module.C_GetAttributeValue(session, key ?? Buffer.alloc(0), [{ type: ck.CKA_VALUE }]),
    ).toThrow(/CKR_ATTRIBUTE_SENSITIVE/)
    keys.close()
  })

  it('are destroyed where what they were made for came to nothing', async () => {
    const { keys, key, location } = await made('ecdsa-p256')
    keys.discard()
    expect(
      codeOf(() => keys.open({ issuerId: 'cluster-g1', location, publicKey: key.publicKey })),
    ).toBe('ERR_PKCS11_UNAVAILABLE')
    keys.close()
  })

  it('sign again once the token is back, with a pause between looks', async () => {
    const { keys, key } = await made('ecdsa-p256')
    hsm.remove()
    try {
      expect(codeOf(() => key.sign(MESSAGE))).toBe('ERR_PKCS11_UNAVAILABLE')
    } finally {
      hsm.putBack()
    }
    // The token is back, but nobody has looked: a search at every request would stop the server.
    expect(codeOf(() => key.sign(MESSAGE))).toBe('ERR_PKCS11_UNAVAILABLE')
    clock.advance(seconds(2))
    expect(verifies(key)).toBe(true)
    keys.close()
  })

  it('sign on after their session was closed behind our back', async () => {
    const { keys, key } = await made('ecdsa-p256')
    for (const slot of cryptoki.module.C_GetSlotList(true)) cryptoki.module.C_CloseAllSessions(slot)
    expect(verifies(key)).toBe(true)
    keys.close()
  })

  it('try a wrong PIN once only', () => {
    const logins = vi.spyOn(cryptoki.module, 'C_Login')
    const keys = open('999999')
    for (let attempt = 0; attempt < 3; attempt++) {
      const code = codeOf(() => keys.generate('cluster-g1', 'ecdsa-p256'))
      expect(code).toBe('ERR_PKCS11_PIN_REFUSED')
      clock.advance(minutes(5))
    }
    expect(logins).toHaveBeenCalledTimes(1)
    logins.mockRestore()
    keys.close()
  })

  it('are not looked for in a token of another name, or in one of two with one name', () => {
    clock.advance(minutes(5))
    const of = (label: string) => () => open(hsm.pin, label).generate('cluster-g1', 'ecdsa-p256')
    expect(codeOf(of('nobody'))).toBe('ERR_PKCS11_UNAVAILABLE')
    hsm.addToken('twin')
    hsm.addToken('twin')
    expect(codeOf(of('twin'))).toBe('ERR_PKCS11_UNAVAILABLE')
  })

  it('need a module that can be loaded', async () => {
    const none = join(makeFolder(), 'module.so')
    expect(await codeOfAsync(loadCryptoki(none))).toBe('ERR_PKCS11_MODULE')
    writeFileSync(none, 'not a library')
    expect(await codeOfAsync(loadCryptoki(none))).toBe('ERR_PKCS11_MODULE')
  })
})
