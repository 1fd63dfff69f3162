import {
  formatLegacyRemote,
  type LegacyConfig,
  parseLegacySpec,
} from '@easycerts/shared/legacy-certmgr'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import {
  KUBE_PROXY,
  legacyConfig,
  WEB,
  without,
} from '../../../support/legacy-certmgr/sample-specs.ts'

const parse = (spec: unknown, config: LegacyConfig = legacyConfig()) =>
  parseLegacySpec('/d/a.json', JSON.stringify(spec, null, '\t'), config)

describe('a spec of the old certmgr', () => {
  it('is read in full, and says nothing more than it says', () => {
    const { authority, ...spec } = parse(WEB)
    expect(spec).toEqual({
      file: '/d/a.json',
      keyPair: {
        certificate: { path: '/pki/web.pem', owner: 'root', group: 'root', mode: '0644' },
        key: { path: '/pki/web.key', owner: 'root', group: 'root', mode: '0600' },
      },
      ca: { path: '/pki/ca.pem', owner: 'root', group: 'root', mode: '0644' },
      request: {
        subject: { commonName: 'web.example', C: ['US'], ST: [], L: [], O: ['Lab'], OU: ['Web'] },
        hosts: [
          { kind: 'dns', value: 'web.example' },
          { kind: 'ip', value: '127.0.0.1' },
        ],
        algorithm: 'ecdsa-p256',
      },
      renewal: { before: hours(72), interval: hours(1), intervalSplay: 0, initialSplay: 0 },
      keyUsages: [],
      action: { kind: 'command', script: WEB.action },
      warnings: [],
    })
    expect(authority).toMatchObject({ label: '', profile: 'server', rootCa: undefined })
    expect(authority.remotes.map(formatLegacyRemote)).toEqual(['http://127.0.0.1:18887'])
  })

  it('may be YAML with an authority, which overflowed the old stack (B9)', () => {
    const yaml = parseLegacySpec('/d/a.json', stringify(WEB), legacyConfig())
    expect(JSON.stringify(yaml)).toBe(JSON.stringify(parse(WEB)))
  })

  it('has its fields in any case, as Go reads JSON', () => {
    const { request, ...rest } = WEB
    const shouted = {
      ...rest,
      Request: { cn: request.CN, HOSTS: request.hosts, names: [{ ou: 'Web', o: 'Lab', c: 'US' }] },
    }
    expect(parse(shouted).request).toEqual(parse(WEB).request)
  })

  it('has times of its own that are in force (B3)', () => {
    const times = { before: '24h', interval: '10m', interval_splay: '5s', initial_splay: '1m' }
    expect(parse({ ...WEB, ...times }).renewal).toEqual({
      before: hours(24),
      interval: minutes(10),
      intervalSplay: seconds(5),
      initialSplay: minutes(1),
    })
    expect(parse({ ...WEB, ...without(times, 'before') }).renewal.before).toBe(hours(72))
    expect(parse({ ...WEB, Interval: 1_800_000_000_000 }).renewal.interval).toBe(minutes(30))
  })

  it('may keep only the certificate of the CA, and nothing panics (B8)', () => {
    const { ca, authority } = WEB
    expect(parse({ ca, authority })).toMatchObject({
      keyPair: undefined,
      ca: { path: '/pki/ca.pem' },
    })
  })

  it('names the CA by an older field as well', () => {
    expect(parse(KUBE_PROXY).ca).toMatchObject({ path: '/pki/ca.pem', mode: '0644' })
  })

  it('takes the remote of the authority, else its own, else that of the configuration', () => {
    const config = legacyConfig('dir: /d\ndefault_remote: third\nsvcmgr: command')
    const authority = without(WEB.authority, 'remote')
    const remoteOf = (spec: object) =>
      parse(spec, config).authority.remotes.map(({ host }) => host.value)
    expect(remoteOf({ ...WEB, remote: 'second' })).toEqual(['127.0.0.1'])
    expect(remoteOf({ ...WEB, authority, remote: 'second,2nd' })).toEqual(['second', '2nd'])
    expect(remoteOf({ ...WEB, authority })).toEqual(['third'])
  })
})

describe('the request of a spec', () => {
  it('leaves out the hosts that the CA leaves out, and says so (B4)', () => {
    const { request, warnings } = parse(KUBE_PROXY)
    expect(request.hosts).toEqual([])
    expect(request.subject.commonName).toBe('system:kube-proxy')
    expect(warnings).toEqual([expect.stringContaining('"system:kube-proxy" is a URI to the CA')])
  })

  it('leaves out mail addresses and URIs for the same reason (B5)', () => {
    const request = { ...WEB.request, hosts: ['a.example', 'spiffe://td/a', 'ops@example.org'] }
    const read = parse({ ...WEB, request })
    expect(read.request.hosts).toEqual([{ kind: 'dns', value: 'a.example' }])
    expect(read.warnings).toHaveLength(2)
  })

  it('has the values of an attribute in one order, whatever the order of the spec (B6)', () => {
    const subjectOf = (names: object[]) =>
      parse({ ...WEB, request: { CN: 'a', names } }).request.subject
    const one = subjectOf([
      { O: 'b', OU: 'z' },
      { O: 'a', OU: 'y' },
    ])
    expect(one).toEqual(subjectOf([{ O: 'a', OU: 'z' }, { O: 'b', OU: 'y' }, { O: 'a' }]))
    expect(one).toMatchObject({ O: ['a', 'b'], OU: ['y', 'z'] })
  })

  it('demands no key usage unless the spec does, so that certificates of clients will do (B7)', () => {
    expect(parse(WEB).keyUsages).toEqual([])
    expect(parse({ ...WEB, key_usages: ['Client Auth', 'any'] }).keyUsages).toEqual([
      'client auth',
      'any',
    ])
  })

  it.each([
    [undefined, 'ecdsa-p256'],
    [{}, 'ecdsa-p256'],
    [{ algo: 'ECDSA', size: 384 }, 'ecdsa-p384'],
    [{ algo: 'RSA', size: 2048 }, 'rsa-2048'],
    [{ algo: 'rsa' }, 'rsa-2048'],
    [{ algo: 'rsa', size: 4096 }, 'rsa-4096'],
    [{ algo: 'Ed25519' }, 'ed25519'],
    [{ algo: 'ed25519', size: 256 }, 'ed25519'],
  ])('wants a key by %j, in any case and of any kind (B12)', (key, algorithm) => {
    const request = without(WEB.request, 'key')
    expect(
      parse({ ...WEB, request: { ...request, ...(key ? { key } : {}) } }).request.algorithm,
    ).toBe(algorithm)
  })

  it('may be left out: an empty subject', () => {
    const spec = without(WEB, 'request')
    expect(parse(spec).request).toMatchObject({ subject: { commonName: '', O: [] }, hosts: [] })
  })
})

describe('a file of a spec', () => {
  it('has an owner without a group as well (B11)', () => {
    const certificate = { path: '/pki/web.pem', owner: 'etcd' }
    expect(parse({ ...WEB, certificate }).keyPair?.certificate).toEqual({
      path: '/pki/web.pem',
      owner: 'etcd',
      group: undefined,
      mode: '0644',
    })
  })

  it('may have numbers for owner and group', () => {
    const certificate = { path: '/pki/web.pem', owner: '998', group: 998 }
    expect(parse({ ...WEB, certificate }).keyPair?.certificate).toMatchObject({
      owner: '998',
      group: '998',
    })
  })

  it('is 0600 if it holds a key and says nothing, with a warning', () => {
    const read = parse({ ...WEB, private_key: { path: '/pki/web.key' } })
    expect(read.keyPair?.key.mode).toBe('0600')
    expect(read.warnings).toEqual([expect.stringContaining('private_key.mode')])
  })

  it.each(['0644', '0604', '666'])('is warned of with mode %s if it holds a key', (mode) => {
    const { warnings } = parse({ ...WEB, private_key: { path: '/pki/web.key', mode } })
    expect(warnings.join()).toContain('lets every user at the key')
  })
})

describe('the key of a spec’s authority', () => {
  const keyOf = (more: object) =>
    parse({ ...WEB, authority: { ...WEB.authority, ...more } }).authority.authKey

  it('stands in the spec, in the environment or in a file', () => {
    const inline = keyOf({})
    expect(inline?.from === 'spec' && inline.key.reveal()).toBe(WEB.authority.auth_key)
    expect(keyOf({ auth_key: 'env:CA_KEY' })).toEqual({ from: 'environment', variable: 'CA_KEY' })
    expect(keyOf({ auth_key: 'file:/run/key' })).toEqual({ from: 'file', path: '/run/key' })
  })

  it('is that of the file where both are named, with a warning', () => {
    expect(keyOf({ auth_key_file: '/run/key' })).toEqual({ from: 'file', path: '/run/key' })
    const { warnings } = parse({
      ...WEB,
      authority: { ...WEB.authority, auth_key_file: '/run/key' },
    })
    expect(warnings).toEqual([expect.stringContaining('auth_key')])
  })

  it('may be missing, with a warning', () => {
    const authority = without(WEB.authority, 'auth_key')
    expect(parse({ ...WEB, authority })).toMatchObject({
      authority: { authKey: undefined },
      warnings: [expect.stringContaining('prove nothing')],
    })
  })

  it('never shows', () => {
    expect(JSON.stringify(parse(WEB))).not.toContain(WEB.authority.auth_key)
  })
})

describe('the action of a spec', () => {
  const actionOf = (more: object) => parse({ ...WEB, ...more }).action

  it.each(['systemd', 'sysv', 'openrc', 'circus'])('is a verb and a service with %s', (svcmgr) => {
    expect(actionOf({ svcmgr, action: 'reload', service: 'nginx' })).toEqual({
      kind: 'service',
      manager: svcmgr,
      verb: 'reload',
      service: 'nginx',
      onlyIfRunning: false,
    })
  })

  it('leaves alone what was stopped on purpose', () => {
    expect(
      actionOf({
        svcmgr: 'systemd',
        action: 'restart',
        service: 'a.service',
        take_actions_only_if_running: true,
      }),
    ).toMatchObject({ onlyIfRunning: true })
  })

  it.each([
    ['dummy does nothing', { svcmgr: 'dummy', action: 'restart', service: 'x' }],
    ['no command', { svcmgr: 'command', action: '' }],
    ['nop', { svcmgr: 'systemd', action: 'nop' }],
    ['nothing at all', { svcmgr: 'systemd', action: '' }],
  ])('is none: %s', (_, more) => {
    expect(actionOf(more)).toEqual({ kind: 'none' })
  })

  it('follows the service manager of the configuration', () => {
    const config = legacyConfig('dir: /d\nsvcmgr: systemd')
    expect(parse({ ...WEB, action: 'restart', service: 'nginx' }, config).action).toMatchObject({
      manager: 'systemd',
    })
  })
})
