import { describe, expect, it } from 'vitest'
import { days, hours } from '@easycerts/shared/time'
import {
  formatCaServerConfig,
  parseCaServerConfig,
} from '../../../apps/ca-server/src/config/index.ts'
import { TEST_CONFIG } from '../../support/test-authority.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const parse = (more = '', listen: object = {}) =>
  parseCaServerConfig(
    '/ca/ca-server.yaml',
    formatCaServerConfig({ ...TEST_CONFIG, listen: { ...TEST_CONFIG.listen, ...listen } }) + more,
  )

describe('the configuration of revocation', () => {
  it('may be left out: CRLs of a day on port 7480 of the first address, and no files', () => {
    const { listen, revocation } = parse()
    expect(listen.publicPort).toBe(7480)
    expect(revocation).toEqual({
      url: 'http://10.0.0.1:7480',
      crlLife: hours(24),
      directory: undefined,
    })
  })

  it('points nowhere without a public port, unless a URL is given', () => {
    expect(parse('', { publicPort: 0 }).revocation.url).toBeUndefined()
    const url = 'http://pki.example/ca'
    expect(parse(`revocation: { url: ${url} }`, { publicPort: 0 }).revocation.url).toBe(url)
  })

  it('writes an IPv6 address as URLs do', () => {
    const config = { ...TEST_CONFIG, addresses: ['2001:db8::1'] }
    const { revocation } = parseCaServerConfig('f', formatCaServerConfig(config))
    expect(revocation.url).toBe('http://[2001:db8::1]:7480')
  })

  it('takes a life and a directory', () => {
    expect(parse('revocation: { crlLife: 7d, directory: /srv/crl }').revocation).toMatchObject({
      crlLife: days(7),
      directory: '/srv/crl',
    })
  })

  it.each([
    'crlLife: 5m',
    'crlLife: 11d',
    'crlLife: soon',
    'directory: crl',
    'url: https://pki.example',
    'url: http://pki.example/',
    'url: http://pki.example/?a',
    'colour: red',
  ])('refuses %s', (line) => {
    expect(codeOf(() => parse(`revocation: { ${line} }`))).toBe('ERR_CONFIG_INVALID')
  })

  it.each([70_000, -1, '7480'])('refuses the public port %j', (publicPort) => {
    expect(codeOf(() => parse('', { publicPort }))).toBe('ERR_CONFIG_INVALID')
  })
})
