import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { legacyByFlags } from '../../../apps/ca-server/src/commands/legacy-by-flags.ts'
import { legacySection } from '../../../apps/ca-server/src/config/sections/legacy.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const SERVER_JSON = `${import.meta.dirname}/../../fixtures/cfssl/lab/server.json`
const section = (written: v.InferInput<typeof legacySection> = {}) =>
  v.parse(legacySection, written)
const context = { variable: () => undefined }

describe('the flags of serve that cfssl has too', () => {
  it('leave the section of ca-server.yaml as it is if there are none', () => {
    const config = section({ port: 9999 })
    expect(legacyByFlags(context, config, {})).toBe(config)
  })

  it('serve by a configuration of cfssl, on its port, each key worth the subjects of nodes', () => {
    expect(legacyByFlags(context, section(), { cfsslConfig: SERVER_JSON })).toMatchObject({
      port: 8888,
      tls: 'cluster',
      open: [],
      keys: {
        main: [{ profiles: ['default', 'server', 'client', 'short'], subjects: 'nodes' }],
        old: [{ profiles: ['server'], subjects: 'nodes' }],
      },
    })
  })

  it('go before ca-server.yaml, but for what it says of a key', () => {
    const config = section({ port: 9999, keys: { main: [{ profiles: ['client'] }] }, tls: 'none' })
    const flags = {
      cfsslConfig: SERVER_JSON,
      cfsslTlsCert: '/a.pem',
      cfsslTlsKey: '/k.pem',
      cfsslOpen: 'public-records, key-generation',
    }
    expect(legacyByFlags(context, config, flags)).toMatchObject({
      port: 9999,
      tls: { certificate: '/a.pem', key: '/k.pem' },
      open: ['public-records', 'key-generation'],
      keys: { main: [{ profiles: ['client'] }], old: [{ profiles: ['server'] }] },
    })
  })

  it.each([
    [{ cfsslPort: 'eight' }],
    [{ cfsslOpen: 'everything' }],
    [{ cfsslTlsCert: '/a.pem' }],
    [{ cfsslAddress: 'not an address' }],
  ])('are refused if they say what cannot be: %j', (flags) => {
    expect(codeOf(() => legacyByFlags(context, section(), flags))).toBe('ERR_USAGE')
  })
})
