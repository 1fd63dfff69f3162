import { hours, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { oldMachine, oldSpec } from '../../support/certmgr/old-machine.ts'
import {
  failure,
  fakeCa,
  type FakeRemote,
  startFakeRemote,
  success,
} from '../../support/cfssl/fake-remote.ts'
import { forgeCertificate } from '../../support/join/forge-certificate.ts'

const PAST = { from: new Date('2020-01-01'), until: new Date('2021-01-01') }

type Mischief = (remote: FakeRemote) => void | Promise<void>

/** What a remote says in the place of its CA. */
const OF_INFO: readonly (readonly [what: string, code: string, mischief: Mischief])[] = [
  ['what is no JSON', 'ERR_CA_REPLY_INVALID', say('info', { body: '<html>' })],
  ['nothing', 'ERR_CA_REPLY_INVALID', say('info', { body: '' })],
  ['no envelope', 'ERR_CA_REPLY_INVALID', say('info', { body: '{"certificate":"x"}' })],
  ['no result', 'ERR_CA_REPLY_INVALID', say('info', { body: '{"success":true,"result":null}' })],
  [
    'a number',
    'ERR_CA_REPLY_INVALID',
    say('info', { body: '{"success":true,"result":{"certificate":1}}' }),
  ],
  ['no PEM', 'ERR_CA_REPLY_INVALID', say('info', success('MIIB'))],
  ['two megabytes', 'ERR_CA_REPLY_INVALID', say('info', success('x'.repeat(1 << 21)))],
  ['a redirect', 'ERR_CA_REPLY_INVALID', say('info', { status: 302, body: '' })],
  ['a refusal', 'ERR_REQUESTER_NOT_PERMITTED', say('info', failure('bad label'))],
  ['trouble of its own', 'ERR_CA_UNREACHABLE', say('info', failure('out of memory', 500))],
  [
    'a leaf',
    'ERR_CA_REPLY_INVALID',
    async (remote) => {
      const { pem } = await forgeCertificate({ commonName: 'a leaf' })
      remote.info = () => success(pem)
    },
  ],
  [
    'a CA that has ended',
    'ERR_CA_REPLY_INVALID',
    async (remote) => {
      const { pem } = await fakeCa('old', PAST)
      remote.info = () => success(pem)
    },
  ],
]

/** What it says in the place of a certificate. */
const OF_AUTHSIGN: readonly (readonly [what: string, code: string, mischief: Mischief])[] = [
  ['what is no PEM', 'ERR_CA_REPLY_INVALID', say('authsign', success('MIIB'))],
  [
    'a key in the place of a certificate',
    'ERR_CA_REPLY_INVALID',
    say('authsign', success('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')),
  ],
  [
    'damaged DER',
    'ERR_CA_REPLY_INVALID',
    say('authsign', success('-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n')),
  ],
  [
    'nine certificates',
    'ERR_CA_REPLY_INVALID',
    (remote) => {
      remote.authsign = (pem) => success(pem.repeat(9))
    },
  ],
  [
    'one for another key',
    'ERR_CA_REPLY_INVALID',
    (remote) => {
      remote.forge = { spki: remote.ca.certificate.spki }
    },
  ],
  [
    'one of another CA',
    'ERR_CA_REPLY_INVALID',
    async (remote) => {
      remote.forge = { issuer: await fakeCa('another') }
    },
  ],
  [
    'one of another CA with the name of its own',
    'ERR_CA_REPLY_INVALID',
    async (remote) => {
      remote.forge = { issuer: await fakeCa('another'), claimedIssuer: remote.ca }
    },
  ],
  [
    'one that lacks a name',
    'ERR_CA_REPLY_INVALID',
    (remote) => {
      remote.forge = { hosts: ['web.example'] }
    },
  ],
  [
    'one with another subject',
    'ERR_CA_REPLY_INVALID',
    (remote) => {
      remote.forge = { organizations: ['system:masters'] }
    },
  ],
  [
    'one that has ended',
    'ERR_CA_REPLY_INVALID',
    (remote) => {
      remote.forge = PAST
    },
  ],
  [
    'a CA',
    'ERR_CA_REPLY_INVALID',
    (remote) => {
      remote.forge = { isCa: true }
    },
  ],
  [
    'one for another use',
    'ERR_CA_REPLY_INVALID',
    (remote) => {
      remote.forge = { purposes: ['OCSPSigning'] }
    },
  ],
]

function say(endpoint: 'info' | 'authsign', answer: { status?: number; body: string }): Mischief {
  return (remote) => {
    remote[endpoint] = () => answer
  }
}

const keptMachine = async () => {
  const machine = oldMachine()
  const remote = await startFakeRemote(machine.time.clock)
  machine.spec('web', oldSpec(machine, remote.url, { key_usages: ['server auth'] }))
  const running = await machine.start({}, { requestTimeout: seconds(5) })
  await running.pass()
  machine.time.advance(hours(700))
  return { machine, remote, ...running }
}

describe('a remote of cfssl that answers wrongly changes nothing on the disk', () => {
  it.each([
    ['as its CA', OF_INFO],
    ['as a certificate', OF_AUTHSIGN],
  ])('%s', async (_, rows) => {
    const { machine, remote, pass, memory } = await keptMachine()
    const files = machine.files()
    for (const [what, code, mischief] of rows) {
      await mischief(remote)
      memory.attempts.clear()
      await pass()
      expect(memory.attempts.get('web')?.lastFailure.code, what).toBe(code)
      expect(machine.files(), what).toEqual(files)
      remote.info = remote.authsign = undefined
      remote.forge = {}
    }
    expect(machine.actions()).toHaveLength(1)
    memory.attempts.clear()
    await pass()
    expect(machine.files()).not.toEqual(files)
  })

  it('and what it says cannot steer a terminal, nor fill a log', async () => {
    const { remote, pass, memory } = await keptMachine()
    remote.authsign = () => failure(`\u001b[2J${'x'.repeat(100_000)}`)
    await pass()
    const message = memory.attempts.get('web')?.lastFailure.message ?? ''
    expect(message).toMatch(/refused: {2}\[2Jx+$/)
    expect(message.length).toBeLessThan(300)
  })

  it('and one that never ends its answer is left after the limit', async () => {
    const { machine, remote } = await keptMachine()
    remote.isHung = true
    const { pass, memory } = await machine.start({}, { requestTimeout: seconds(0.2) })
    await pass()
    expect(memory.attempts.get('web')?.lastFailure.code).toBe('ERR_CA_TIMEOUT')
  })
})
