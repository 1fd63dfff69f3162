import {
  certifiedHosts,
  classifyLegacyHost,
  formatLegacyRemote,
  parseLegacyMode,
  parseLegacyRemote,
} from '@easycerts/shared/legacy-certmgr'
import { describe, expect, it } from 'vitest'

describe('the mode of a file', () => {
  it.each([
    ['0600', '0600'],
    ['0644', '0644'],
    ['00640', '0640'],
    ['0o600', '0600'],
    ['0x180', '0600'],
    ['0b110000000', '0600'],
    ['00', '0000'],
  ])('%s is %s without a word', (written, mode) => {
    expect(parseLegacyMode(written)).toEqual({ mode })
  })

  it.each([
    ['600', '0600', '01130'],
    ['644', '0644', '01204'],
    ['755', '0755', '01363'],
  ])('%s was meant as octal, whatever the old certmgr took it for', (written, mode, old) => {
    const read = parseLegacyMode(written)
    expect(read).toMatchObject({ mode })
    expect('warning' in read && read.warning).toContain(old)
  })

  it('384 can only be decimal', () => {
    expect(parseLegacyMode('384')).toEqual({
      mode: '0600',
      warning: expect.stringContaining('0600') as string,
    })
  })

  it.each(['400', '440', '444', '420'])('%s could be two modes, and is neither', (written) => {
    expect(parseLegacyMode(written)).toMatchObject({
      fault: expect.stringContaining(`0${written}`) as string,
    })
  })

  it.each([
    '',
    '0',
    '-1',
    '0888',
    '01000',
    '04755',
    '1000',
    '0o',
    '0x',
    'rw',
    '0600 ',
    '0_600',
    '9'.repeat(400),
    '٦٠٠',
  ])('refuses %j', (written) => {
    expect(parseLegacyMode(written)).toHaveProperty('fault')
  })
})

describe('an entry of hosts', () => {
  it.each([
    ['web.example', 'dns', 'web.example'],
    ['Web.Example', 'dns', 'web.example'],
    ['*.example.org', 'dns', '*.example.org'],
    ['_srv.example', 'dns', '_srv.example'],
    ['127.0.0.1', 'ip', '127.0.0.1'],
    ['::1', 'ip', '::1'],
    ['2001:DB8::0001', 'ip', '2001:db8::1'],
    ['::ffff:10.0.0.1', 'ip', '10.0.0.1'],
    ['ops@example.org', 'email', 'ops@example.org'],
    ['spiffe://td/a', 'uri', 'spiffe://td/a'],
    ['system:kube-proxy', 'uri', 'system:kube-proxy'],
    ['example.com:8080', 'uri', 'example.com:8080'],
    ['/abs/path', 'uri', '/abs/path'],
    ['fe80::1%eth0', 'uri', 'fe80::1%eth0'],
  ])('%s is what the CA takes it for: %s', (text, kind, value) => {
    expect(classifyLegacyHost(text)).toEqual({ kind, value })
  })

  it.each([
    '',
    ' ',
    'a b',
    'ä.example',
    'a..b',
    '.a',
    'a.',
    '10.0.0.300',
    '10.0.0.1/24',
    'a\0b',
    '*',
    '*.',
    'a.*.b',
    'x'.repeat(254),
  ])('refuses %j', (text) => {
    expect(classifyLegacyHost(text)).toBeUndefined()
  })

  it('is certified once, and in one order', () => {
    const hosts = (...texts: string[]) => texts.flatMap((text) => classifyLegacyHost(text) ?? [])
    expect(certifiedHosts(hosts('b', 'A', '10.0.0.1', 'a', 'x@y', 'u:v'))).toEqual(
      certifiedHosts(hosts('::ffff:10.0.0.1', 'a', 'b')),
    )
  })
})

describe('a remote', () => {
  it.each([
    ['https://ca:8888', 'https://ca:8888'],
    ['http://ca', 'http://ca:80'],
    ['https://ca/', 'https://ca:443'],
    ['ca', 'http://ca:8888'],
    ['CA.example:9', 'http://ca.example:9'],
    ['1.2.3.4:8888', 'http://1.2.3.4:8888'],
    ['[::1]:8888', 'http://[::1]:8888'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]:443'],
    [' ca:1 ', 'http://ca:1'],
  ])('%s is %s', (text, url) => {
    const remote = parseLegacyRemote(text)
    expect(remote && formatLegacyRemote(remote)).toBe(url)
  })

  it.each([
    '',
    'ftp://ca',
    'https://',
    'ca:0',
    'ca:65536',
    'ca:x',
    'https://u:p@ca',
    'https://ca/api',
    'https://ca?x',
    'https://ca#x',
    '::1:8888',
    'ca ca',
    'https:///ca',
    '[ca]',
    'a\nb',
    '1.2.3.400:1',
  ])('refuses %j', (text) => {
    expect(parseLegacyRemote(text)).toBeUndefined()
  })
})
