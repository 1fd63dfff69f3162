import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { callAs, type Identity, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'

let ca: AttackedCa
let node: Identity
let honest: string
beforeAll(async () => {
  ca = await startAttackedCa()
  node = await joinNode(ca, 'worker-1')
  const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
  honest = JSON.stringify({ profile: 'kubelet-client', csr })
})
afterAll(() => ca.dispose())

const DEEP = 30_000
// On a busy machine; alone it takes some ten.
const MILLISECONDS = 2_000
const with_ = (field: string) => honest.replace('{', `{${field},`)
const wide = Array.from({ length: 6_000 }, (_, index) => `"k${index}":1`).join()

const BOMBS: readonly (readonly [string, () => string | Buffer])[] = [
  ['deep arrays', () => '['.repeat(DEEP) + ']'.repeat(DEEP)],
  ['deep arrays without an end', () => '['.repeat(2 * DEEP)],
  ['deep objects', () => '{"a":'.repeat(DEEP / 3) + '1' + '}'.repeat(DEEP / 3)],
  [
    'a deep field beside the honest ones',
    () => with_(`"a":${'['.repeat(9_000)}${']'.repeat(9_000)}`),
  ],
  ['a deep profile', () => `{"profile":${'['.repeat(9_000)}${']'.repeat(9_000)},"csr":"x"}`],
  ['thousands of fields', () => `{${wide}}`],
  ['thousands of fields beside the honest ones', () => with_(wide)],
  ['a number of 60,000 digits', () => '9'.repeat(60_000)],
  ['a number beyond all numbers', () => '{"profile":1e999,"csr":-1e999}'],
  ['a prototype', () => with_('"__proto__":{"polluted":true}')],
  ['a prototype in escapes', () => with_('"\\u005f_proto__":{"polluted":true}')],
  ['a prototype alone', () => '{"__proto__":{"profile":"kubelet-client","csr":"x"}}'],
  ['a constructor', () => with_('"constructor":{"prototype":{"polluted":true}}')],
  ['a method of every object', () => with_('"hasOwnProperty":1,"toString":1,"valueOf":1')],
  ['a way to JSON of its own', () => with_('"toJSON":"x"')],
  ['an array', () => `[${honest}]`],
  ['null', () => 'null'],
  ['a text', () => JSON.stringify(honest)],
  ['NaN', () => '{"profile":NaN,"csr":Infinity}'],
  ['a comment', () => honest.replace('{', '{/**/')],
  ['something after its end', () => `${honest}${honest}`],
  ['two sets of octets', () => Buffer.from(honest, 'utf16le')],
  ['broken UTF-8', () => Buffer.concat([Buffer.from('{"profile":"'), Buffer.of(0xc0, 0xaf, 0xff)])],
  ['a lone surrogate', () => with_('"profile":"\\ud800"').replace('"kubelet-client"', '"\\udfff"')],
  ['NUL', () => honest.replace('kubelet-client', 'kubelet-client\\u0000')],
]

const send = (body: string | Buffer) => callAs(ca, node, 'POST', '/v1/certificates', body)

describe('a body of JSON that is made to hurt', () => {
  it.each(BOMBS)('is refused at once and changes nothing: %s', async (_title, body) => {
    const octets = body()
    const startedAt = performance.now()
    const { status, code } = await send(octets)
    expect(performance.now() - startedAt).toBeLessThan(MILLISECONDS)
    expect([400, 403, 413], code).toContain(status)
    expect('polluted' in {}).toBe(false)
  })

  it('says nothing twice: of a field given twice the last one counts, before it is judged', async () => {
    const refused = with_('"profile":"admin"').replace('"kubelet-client"', '"admin"')
    await expect(send(refused)).resolves.toMatchObject({ status: 403 })
    await expect(send(with_('"profile":"admin"'))).resolves.toMatchObject({ status: 200 })
  })

  it('is told from the honest one, which is answered after all of them', async () => {
    await expect(send(honest)).resolves.toMatchObject({ status: 200 })
  })
})
