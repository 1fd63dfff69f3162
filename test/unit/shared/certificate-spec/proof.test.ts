import {
  escalationOf,
  parseProofAddress,
  type Proof,
  proofSchema,
  unitOfProof,
} from '@easycerts/shared/certificate-spec'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

const ADDRESS = '127.0.0.1:6443'

describe('the address of a proof', () => {
  it.each([
    [ADDRESS, 'ip', '127.0.0.1', 6443],
    ['[::1]:2379', 'ip', '::1', 2379],
    ['db.example.com:5432', 'dns', 'db.example.com', 5432],
  ])('may be %s', (text, kind, value, port) => {
    expect(parseProofAddress(text)).toEqual({ host: { kind, value }, port })
  })

  it.each([
    ...['127.0.0.1', ':6443', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.1:06443', '::1:2379'],
    ...['[127.0.0.1]:1', '[::1]', 'https://a:1', 'A.example:1', 'a b:1', '127.1:1', '', 'a:1\n'],
  ])('is never %j', (text) => {
    expect(parseProofAddress(text)).toBeUndefined()
  })
})

describe('a proof in a spec', () => {
  it('needs an address alone', () => {
    expect(v.parse(proofSchema, { address: ADDRESS })).toEqual({
      address: ADDRESS,
      use: 'server',
      within: '2m',
    })
  })

  it.each([
    ['no address', {}],
    ['a wrong address', { address: 'here' }],
    ['an unknown field', { address: ADDRESS, port: 1 }],
    ['a window without end', { address: ADDRESS, within: '2h' }],
    ['no window', { address: ADDRESS, within: '0s' }],
    ['an address as the name of a server', { address: ADDRESS, serverName: '10.0.0.1' }],
    ['a protocol that is not known', { address: ADDRESS, starttls: 'imap' }],
    ['STARTTLS of a client', { address: ADDRESS, use: 'client', starttls: 'smtp' }],
    [
      'an escalation of a client',
      { address: ADDRESS, use: 'client', escalation: { command: ['a'] } },
    ],
    ['an escalation that is no action', { address: ADDRESS, escalation: { stop: 'a.service' } }],
  ])('is refused with %s', (_, proof) => {
    expect(v.safeParse(proofSchema, proof).success).toBe(false)
  })
})

describe('the escalation of a proof', () => {
  const server: Proof = { address: ADDRESS, use: 'server', within: '2m' }
  const restart = { restart: 'a.service' }
  const reload = { reload: 'a.service' }
  const command = { command: ['true'] }

  it.each([
    ['the restart of what was reloaded', server, { leaf: [reload] }, restart],
    ['nothing beyond a restart', server, { leaf: [reload], key: [restart] }, undefined],
    ['nothing beyond a command', server, { leaf: [command] }, undefined],
    ['nothing for a change of bundles', server, { bundle: [reload] }, undefined],
    ['what the spec says', { ...server, escalation: command }, { leaf: [restart] }, command],
    ['nothing for a client', { ...server, use: 'client' as const }, { leaf: [reload] }, undefined],
    ['nothing without a proof', undefined, { leaf: [reload] }, undefined],
  ])('is %s', (_, proof, actions, escalation) => {
    expect(escalationOf({ proof, actions })).toEqual(escalation)
  })

  it('or an action names the unit that may be stopped', () => {
    const named = { ...server, escalation: { restart: 'b.service' } }
    expect(unitOfProof({ proof: named, actions: { leaf: [reload] } })).toBe('b.service')
    expect(unitOfProof({ proof: server, actions: { leaf: [command, reload] } })).toBe('a.service')
    expect(unitOfProof({ proof: server, actions: {} })).toBeUndefined()
  })
})
