import { readFileSync } from 'node:fs'
import { type ResolveSecret, authKeysOf, readSigningConfig } from '@easycerts/cfssl/signing-config'
import { isEasycertsError } from '@easycerts/shared/errors'
import { hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'

const KEY = '000102030405060708090a0b0c0d0e0f'

const read = (config: unknown, resolveSecret: ResolveSecret = () => undefined) =>
  readSigningConfig({
    file: 'cfssl.json',
    text: typeof config === 'string' ? config : JSON.stringify(config),
    resolveSecret,
  })

const faultsOf = (config: unknown, resolveSecret?: ResolveSecret): string[] => {
  try {
    read(config, resolveSecret)
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_CONFIG_INVALID')
      return error.message.split('\n').map((line) => line.replace('cfssl.json: ', ''))
    throw error
  }
  return []
}

const notesOf = (config: unknown): string[] =>
  read(config).notes.map((line) => line.replace('cfssl.json: ', ''))

const PROFILE = { usages: ['signing', 'server auth'], expiry: '24h', auth_key: 'main' }

const configOf = (profile: object = {}, rest: object = {}) => ({
  signing: { default: PROFILE, profiles: { server: { ...PROFILE, ...profile } } },
  auth_keys: { main: { type: 'standard', key: KEY } },
  ...rest,
})

const serverOf = (profile: object) => {
  const server = read(configOf(profile)).signing.profiles.get('server')
  if (!server) throw new Error('there is no profile')
  return server
}

describe('the configuration of the lab', () => {
  const { signing, authKeys, notes } = read(
    readFileSync('test/fixtures/cfssl/lab/server.json', 'utf8'),
  )

  it('is read profile by profile', () => {
    expect([...signing.profiles.keys()]).toHaveLength(12)
    expect(signing.default.expiry).toBe(hours(8760))
    const server = signing.profiles.get('server')
    expect(server?.authKeys.map(({ name }) => name)).toEqual(['main', 'old'])
    expect(signing.profiles.get('short')?.expiry).toBe(minutes(10))
    expect(signing.profiles.get('client')?.backdate).toBe(hours(1))
    expect(signing.profiles.get('ca')?.caConstraint).toEqual({
      isCa: true,
      maxPathLength: 0,
      isMaxPathLengthZero: true,
    })
    expect(signing.profiles.get('full')?.policies).toEqual([
      {
        id: '1.3.6.1.4.1.99999.1',
        qualifiers: [
          { type: 'id-qt-cps', value: 'http://example.net/cps' },
          { type: 'id-qt-unotice', value: 'notice' },
        ],
      },
    ])
    expect(signing.profiles.get('fixed')?.notAfter).toEqual(new Date('2051-06-07T08:09:10Z'))
    expect(signing.profiles.get('wl')?.nameWhitelist?.test('a.ok.example')).toBe(true)
    expect(signing.profiles.get('wl')?.nameWhitelist?.test('a.ok.example.net')).toBe(false)
    expect(signing.profiles.get('csrwl')?.requestWhitelist).toMatchObject({
      publicKey: true,
      subject: false,
      uris: false,
    })
    expect(authKeys.get('main')?.key.reveal().toString('hex')).toBe(KEY)
  })

  it('tells which key is for which profiles', () => {
    const keys = authKeysOf(signing)
    expect([...keys].map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['main', ['default', 'server', 'client', 'short']],
      ['old', ['server']],
    ])
  })

  it('tells what is closed here', () => {
    const told = notes.map((line) => line.split(': ')[1])
    expect(told).toContain('signing.profiles.open.auth_key')
    expect(told).toContain('signing.profiles.serial.ClientProvidesSerialNumbers')
    expect(told).toContain('signing.profiles.copyext.copy_extensions')
    expect(told).toContain('signing.profiles.ca.ca_constraint')
    expect(told).toContain('signing.profiles.lint.lint_error_level')
  })
})

describe('the configuration that NixOS writes', () => {
  it('has no default of its own, which left sign open to everybody: it is told, and closed', () => {
    const { signing, notes } = read(
      readFileSync('test/fixtures/cfssl/lab/nixos.json', 'utf8'),
      ({ from, name }) =>
        from === 'file' && name.endsWith('/apitoken.secret') ? `${KEY}\n` : undefined,
    )
    expect(signing.default.authKeys).toEqual([])
    expect(signing.default.expiryText).toBe('8760h')
    expect(signing.profiles.get('default')?.authKeys[0]?.key.reveal().toString('hex')).toBe(KEY)
    expect(notes.join('\n')).toContain('signing.default: there is none')
  })
})

describe('a configuration of cfssl', () => {
  it('has its keys in any case, and the last of two counts', () => {
    const text = `{"SIGNING":{"Default":{"Usages":["signing"],"EXPIRY":"1h","expiry":"2h"}}}`
    expect(read(text).signing.default.expiry).toBe(hours(2))
  })

  it('falls back to the default profile for its addresses', () => {
    const { signing } = read({
      signing: {
        default: { ...PROFILE, auth_key: '', crl_url: 'http://crl', issuer_urls: ['http://ca'] },
        profiles: { a: { ...PROFILE, auth_key: '', crl_url: 'http://other' } },
      },
    })
    expect(signing.profiles.get('a')).toMatchObject({
      crlUrl: 'http://other',
      issuerUrls: ['http://ca'],
    })
  })

  it.each([
    [{ expire: '1h' }, 'signing.profiles.server.expire', 'was "expiry" meant?'],
    [{ usages: ['signing', 'Server Auth'] }, 'signing.profiles.server.usages', '"Server Auth"'],
    [{ ca_constraint: { isca: true } }, 'signing.profiles.server.ca_constraint.isca', '"is_ca"'],
  ])('names what cfssl would ignore without a word: %j', (profile, path, what) => {
    const note = notesOf(configOf(profile)).find((line) => line.startsWith(`${path}: `))
    expect(note).toContain(what)
  })

  it.each([
    [{ expiry: '1y' }, /^signing.profiles.server.expiry: "1y" is not a duration/],
    [{ expiry: '' }, /^signing.profiles.server.expiry: is missing/],
    [{ usages: ['nonsense'] }, /^signing.profiles.server.usages: .*invalid configuration/],
    [{ lint_error_level: 5 }, /^signing.profiles.server.lint_error_level: .*bad LintStatus/],
    [{ auth_key: 'lost' }, /^signing.profiles.server.auth_key: auth_keys.lost is not there/],
    [{ auth_remote: { remote: 'up', auth_key: 'main' } }, /auth_remote.remote: remotes.up is not/],
    [{ usages: 'signing' }, /^signing.profiles.server.usages: is text where a list belongs/],
    [{ name_whitelist: '(a+)+$' }, /name_whitelist: could take very long/],
    [{ name_whitelist: '(?=a)' }, /name_whitelist: is not an expression that Go and/],
    [{ allowed_extensions: ['one'] }, /allowed_extensions: /],
    [{ not_before: 'soon' }, /not_before: is not a time/],
  ])('is refused with its place: %j', (profile, fault) => {
    const faults = faultsOf(configOf(profile))
    expect(faults.filter((line) => fault.test(line))).toHaveLength(1)
  })

  it('names all faults at once', () => {
    const faults = faultsOf(configOf({ expiry: '1y', usages: [], not_after: 'never' }))
    expect(faults).toHaveLength(3)
  })

  it.each([
    ['{', 'unexpected end of JSON input'],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"signing":null}', 'has no "signing" field'],
  ])('that is none is refused in the words of Go: %s', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault])
  })
})

describe('an auth key', () => {
  const withKey = (key: unknown, type = 'standard') =>
    configOf({}, { auth_keys: { main: { type, key } } })

  it.each([
    ['env:TOKEN', { from: 'environment', name: 'TOKEN' }],
    ['file:/etc/token', { from: 'file', name: '/etc/token' }],
  ])('may stand elsewhere: %s', (key, reference) => {
    const { authKeys } = read(withKey(key), (asked) => {
      expect(asked).toEqual(reference)
      return ` ${KEY}\n`
    })
    expect(authKeys.get('main')?.key.reveal().toString('hex')).toBe(KEY)
  })

  it.each([
    ['', 'is empty'],
    ['env:UNSET', 'is not set'],
    ['file:/none', 'is not there'],
    ['vault:5ec2e7', 'neither env: nor file:'],
    ['5ec2e7zz', 'is not hexadecimal'],
  ])('%j is refused, and never quoted', (key, what) => {
    const faults = faultsOf(withKey(key))
    expect(faults).toHaveLength(2)
    expect(faults.every((line) => line.includes(what))).toBe(true)
    expect(faults.join('\n')).not.toContain('5ec2e7')
  })

  it('is of the type standard, as cfssl knows no other', () => {
    expect(faultsOf(withKey(KEY, 'standard-ip'))[0]).toContain('standard-ip')
  })

  it('that no profile uses is no fault', () => {
    const unused = { main: { type: 'standard', key: KEY }, other: { type: 'standard', key: '' } }
    expect(notesOf(configOf({}, { auth_keys: unused }))).toContain(
      'auth_keys.other: no profile uses it',
    )
  })
})

describe('name_whitelist', () => {
  it.each([
    ['^[a-z0-9-]+\\.example\\.com$', 'web-1.example.com', true],
    ['(?i)EXAMPLE', 'an.example.net', true],
    ['^(a|b)\\.x$', 'c.x', false],
    ['\\Asystem:node:.*\\z', 'system:node:n1', true],
    ['^[\\w\\-]{1,63}$', 'a-b', true],
  ])('%s', (pattern, name, isMatch) => {
    expect(serverOf({ name_whitelist: pattern }).nameWhitelist?.test(name)).toBe(isMatch)
  })

  it('takes no time over a hostile name', () => {
    const { nameWhitelist } = serverOf({ name_whitelist: '^.*a.*b$' })
    const begin = performance.now()
    expect(nameWhitelist?.test('a'.repeat(512))).toBe(false)
    expect(nameWhitelist?.test('a'.repeat(100_000))).toBe(false)
    expect(performance.now() - begin).toBeLessThan(500)
  })
})
