import { parseLegacySpec } from '@easycerts/shared/legacy-certmgr'
import { describe, expect, it } from 'vitest'
import { isEasycertsError } from '@easycerts/shared/errors'
import { KUBE_PROXY, legacyConfig, WEB } from '../../../support/legacy-certmgr/sample-specs.ts'

const faultsOfText = (text: string, config = legacyConfig()): string[] => {
  try {
    parseLegacySpec('a.yaml', text, config)
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_CONFIG_INVALID')
      return error.message.split('\n')
    throw error
  }
  return []
}
/** Without their places. */
const faultsOf = (spec: unknown): string[] =>
  faultsOfText(JSON.stringify(spec)).map((fault) => fault.replace(/^a\.yaml:\d+:\d+: /, ''))

describe('the faults of a spec of the old certmgr', () => {
  it('are told all at once, each where it stands', () => {
    expect(
      faultsOfText(`
service: nginx
action: restart
befor: 1h
interval: 3d
request:
  cn: a
  names: { O: Lab }
  hosts: [a.example, "", b c]
  key: { algo: rsa, size: 1024 }
private_key:
  path: relative
  mode: 600
certificate:
  path: /pki/a.pem
  mode: "400"
  oner: root
authority:
  auth_key: hunter2
  root_ca: ../ca.pem
key_usages: [serverAuth]
`),
    ).toEqual([
      'a.yaml:2:1: service: has no meaning with svcmgr command',
      'a.yaml:4:1: befor: unknown key, did you mean "before"?',
      'a.yaml:5:1: interval: is not a duration of Go (write 72h, 1h30m, 90s; there are no days)',
      'a.yaml:8:3: request.names: is not a list of names (write "- O: …")',
      'a.yaml:9:22: request.hosts.1: is no name that a certificate may have',
      'a.yaml:9:26: request.hosts.2: is no name that a certificate may have',
      'a.yaml:10:3: request.key: is not one of the sizes of rsa that are made: 2048, 3072, 4096',
      'a.yaml:12:3: private_key.path: is not an absolute path',
      'a.yaml:13:3: private_key.mode: is not text: write "0600", in quotes',
      'a.yaml:16:3: certificate.mode: is 0620 to the old certmgr: write "0620" or "0400"',
      'a.yaml:17:3: certificate.oner: unknown key, did you mean "owner"?',
      'a.yaml:18:1: authority.remote: is missing here, and so is default_remote',
      'a.yaml:19:3: authority.auth_key: is not hexadecimal, env:NAME or file:/path',
      'a.yaml:20:3: authority.root_ca: is not an absolute path',
      'a.yaml:21:14: key_usages.0: is not an extended key usage such as "server auth"',
    ])
  })

  it.each([
    [
      'a certificate without a key',
      { private_key: undefined },
      ['certificate: needs a private_key beside it'],
    ],
    [
      'a key without a certificate',
      { certificate: undefined },
      ['private_key: needs a certificate beside it'],
    ],
    [
      'nothing to keep',
      { certificate: undefined, private_key: undefined, ca: undefined },
      ['document: names neither a certificate nor a ca to keep'],
    ],
    [
      'one path for two files',
      { ca: { path: '/pki/web.pem' } },
      ['ca.path: is that of certificate too'],
    ],
    [
      'the CA by both its names',
      { authority: { ...WEB.authority, file: { path: '/pki/x.pem' } } },
      ['authority.file: is the older name of ca, which is here too'],
    ],
    ['a field that does not exist', { Path: '/x' }, ['path: unknown key']],
    [
      'a certificate of a CA',
      { request: { ca: { pathlen: 1 } } },
      [expect.stringContaining('request.ca: asks for')],
    ],
    [
      'a serial number in the subject',
      { request: { serialnumber: '1' } },
      [expect.stringContaining('request.SerialNumber: is a serial')],
    ],
    [
      'a key of P-521',
      { request: { key: { algo: 'ecdsa', size: 521 } } },
      [expect.stringContaining('256, 384')],
    ],
    [
      'another algorithm',
      { request: { key: { algo: 'dsa' } } },
      ['request.key.algo: is not ecdsa, rsa or ed25519'],
    ],
    ['a service with a command', { service: 'x' }, ['service: has no meaning with svcmgr command']],
    [
      'an action that systemd does not know',
      { svcmgr: 'systemd', action: 'kill', service: 'x' },
      ['action: is not restart or reload, as svcmgr systemd wants'],
    ],
    [
      'a service without its action',
      { svcmgr: 'systemd', action: '', service: 'x' },
      ['action: is not restart or reload, as svcmgr systemd wants'],
    ],
    [
      'an action without its service',
      { svcmgr: 'sysv', action: 'restart' },
      ['service: is missing'],
    ],
    [
      'a service that is an option',
      { svcmgr: 'systemd', action: 'restart', service: '--now' },
      ['service: is not the name of a service'],
    ],
    [
      'a service manager nobody knows',
      { svcmgr: 'upstart' },
      [expect.stringMatching(/^svcmgr: is not one of systemd/)],
    ],
    ['an interval of nothing', { interval: '0s' }, ['interval: is not longer than nothing']],
    ['a number without its unit', { before: 72 }, [expect.stringContaining('write a unit')]],
    [
      'a bit beyond permissions',
      { ca: { path: '/c', mode: '04755' } },
      ['ca.mode: has more than the bits of 0777'],
    ],
    [
      'an owner with a colon',
      { ca: { path: '/c', owner: 'a:b' } },
      [expect.stringContaining('ca.owner')],
    ],
    ['a path upwards', { ca: { path: '/a/../c' } }, ['ca.path: is not an absolute path']],
    ['a zero octet in a command', { action: 'a\0b' }, ['action: has a zero octet']],
    [
      'a control character in the subject',
      { request: { CN: 'a\nb' } },
      ['request.CN: has a control character'],
    ],
  ])('%s', (_, more, faults) => {
    expect(faultsOf({ ...WEB, ...more })).toEqual(faults)
  })

  it('name a name that is an object, as a manual has it', () => {
    const request = { ...KUBE_PROXY.request, names: { O: 'x' } }
    expect(faultsOf({ ...KUBE_PROXY, request })[0]).toContain('is not a list of names')
  })

  it('never show a key', () => {
    const secret = 'deadbeefdeadbeefdeadbeefdeadbeefx'
    const wrong = {
      ...WEB,
      authority: { ...WEB.authority, auth_key: secret, auth_kee: secret },
      auth_key: secret,
    }
    expect(faultsOf(wrong)).toHaveLength(3)
    expect(faultsOf(wrong).join()).not.toContain(secret)
  })

  it.each([
    ['nothing', ''],
    ['a text', 'spec'],
    ['a list', '[]'],
    ['a number', '7'],
    ['half a map', '{"a": '],
    [
      'fields that are all of the wrong kind',
      JSON.stringify({
        certificate: 1,
        private_key: 'x',
        ca: [],
        authority: [],
        request: 'x',
        action: {},
        service: 3,
      }),
    ],
    ['files that are text', '{"certificate": "a", "private_key": "a"}'],
    ['a field in two cases', '{"ca": {"path": "/a"}, "CA": {"path": "/b"}}'],
  ])('stand for %s too', (_, text) => {
    expect(faultsOfText(text).length).toBeGreaterThan(0)
  })

  it('are found in bounded time', () => {
    const hosts = Array.from({ length: 20_000 }, () => 'a b')
    const started = process.cpuUsage()
    expect(faultsOf({ ...WEB, request: { hosts } }).length).toBeGreaterThan(0)
    expect(process.cpuUsage(started).user).toBeLessThan(8_000_000)
  })
})
