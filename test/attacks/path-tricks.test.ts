import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Identity, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { exchangeRaw, showing } from './support/raw-octets.ts'

let ca: AttackedCa
let node: Identity
beforeAll(async () => {
  ca = await startAttackedCa()
  node = await joinNode(ca, 'worker-1')
})
afterAll(() => ca.dispose())

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`

/** Spellings of a path that some readers take for it. */
const spellingsOf = (path: string): string[] => {
  const [, version = '', rest = ''] = path.split('/')
  return [
    path,
    `/${version}//${rest}`,
    `//${version}/${rest}`,
    `/${version}/./${rest}`,
    `/${version}/../${version}/${rest}`,
    `/x/../${version}/${rest}`,
    `/${version}/%2e/${rest}`,
    `/${version}/%2e%2e/${version}/${rest}`,
    `/${version}%2f${rest}`,
    `/${version}\\${rest}`,
    `/${version}/${rest}/`,
    `/${version}/${rest}%2f`,
    `/${version}/${rest}%00`,
    `/${version}/${rest}%20`,
    `/${version}/${rest}.json`,
    `/${version}/${rest};a=b`,
    `/${version}/${rest}%3fa`,
    `/${version};a/${rest}`,
    `/${version}/${rest}#a`,
    `/${version.toUpperCase()}/${rest}`,
    `/${version}/${rest.toUpperCase()}`,
    `/${version}/%${rest.charCodeAt(0).toString(16)}${rest.slice(1)}`,
    `/${version}/%25${rest.charCodeAt(0).toString(16)}${rest.slice(1)}`,
    `/${version}/${rest}\xef\xbc\x8f`,
    `/${version}/${rest}%`,
    `/${version}/${rest}%c0%af`,
    `http://127.0.0.1${path}`,
    `https://operator${path}`,
    `operator:80${path}`,
    `?${path}`,
    '*',
  ]
}

const LOCAL = ['/v1/nodes', '/v1/tickets', '/v1/crls', '/v1/status', '/v1/configuration']

describe('a path that is spelt to slip past a guard', () => {
  it.each(LOCAL)('opens %s to no node', async (path) => {
    const tls = showing(node)
    for (const target of spellingsOf(path)) {
      const { statuses } = await exchangeRaw(ca.nodePort, get(target), tls)
      expect(statuses(), target).not.toContain(200)
    }
  })

  it.each([...LOCAL, '/v1/node'])('opens %s to nobody on the join listener', async (path) => {
    for (const target of spellingsOf(path)) {
      const { statuses } = await exchangeRaw(ca.joinPort, get(target), {})
      expect(statuses(), target).not.toContain(200)
    }
  })

  it.each([
    '/crl/../keys/cluster-g1.pem',
    '/crl/..%2fkeys%2fcluster-g1.pem',
    '/crl/%2e%2e%2fkeys%2fcluster-g1.pem',
    '/issuer/../easycerts.db',
    '/issuer/__proto__.pem',
    '/issuer/constructor.crt',
    '/crl/cluster-g1.constructor',
    '/crl/cluster-g1.__proto__',
    '/crl/cluster-g1.crl%00.pem',
    '/crl/cluster-g1.crl/',
    '/v1/nodes',
    '/v1/time?nonce=abcdefghijklmnop',
  ])('finds no file and no other route on the public listener: %s', async (target) => {
    const { statuses } = await exchangeRaw(ca.publicPort, get(target))
    expect([[400], [404]]).toContainEqual(statuses())
  })

  it('is not what the plain spelling is', async () => {
    const tls = showing(node)
    const { statuses } = await exchangeRaw(ca.nodePort, get('/v1/node'), tls)
    expect(statuses()).toEqual([200])
    const crl = await exchangeRaw(ca.publicPort, get('/crl/cluster-g1.crl'))
    expect(crl.statuses()).toEqual([200])
  })
})
