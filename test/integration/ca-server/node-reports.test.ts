import { generateSigningKey } from '@easycerts/shared/key'
import type { NodeReport } from '@easycerts/shared/node-report'
import { formatCertificateId } from '@easycerts/shared/renewal'
import { hours, minutes } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  approveNodeChange,
  countReports,
  describeNodeReport,
  issueNodeCertificate,
  type Policy,
  receiveReport,
  rejectNodeChange,
  setNodeHosts,
  suggestRenewals,
} from '../../../apps/ca-server/src/authority/index.ts'
import { confirmAs, joinBy, requesterOf, takeTicketOf } from '../../support/in-process-nodes.ts'
import { OPERATOR, OPERATOR_CERTIFICATE } from '../../support/requesters.ts'
import { sampleReport } from '../../support/sample-report.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
})
afterEach(() => ca.dispose())

const join = async (node: string, hosts: readonly string[], more: object = {}) => {
  const ticket = await takeTicketOf(ca, node, { hosts, ...more })
  const certificate = await joinBy(ca, ticket, await generateSigningKey('ecdsa-p256'))
  await confirmAs(ca, certificate)
  return certificate
}

const tell = async (node: Certificate, report: NodeReport) =>
  receiveReport(ca.authority, await requesterOf(ca, node), report)

const pendingOf = async (name: string) =>
  (await describeNodeReport(ca.authority, name)).change?.pending ?? undefined

const hostsOf = async (name: string): Promise<string[]> => {
  const node = await ca.authority.store.read((reading) => reading.findNode(name))
  return node?.hosts.map(({ value }) => value) ?? []
}

const logOf = async (kind: string) =>
  ca.authority.store.read(
    async (reading) => (await reading.searchLog({ limit: 1000, kind })).entries,
  )

const usePolicy = (nodeChanges: Policy['nodeChanges']): void => {
  const { policy } = ca.authority
  policy.replace({ ...policy.current(), nodeChanges })
}

const ALLOW = { addressChanges: 'allow', allowedNetworks: ['10.0.0.0/16'] } as const

describe('a report', () => {
  it('is kept as the last of its node', async () => {
    const node = await join('worker-1', ['10.0.0.11'])
    await tell(node, sampleReport(['10.0.0.11']))
    const failures = [{ name: 'kubelet-client', code: 'ERR_LINT_FAILED' }]
    ca.clock.advance(minutes(10))
    await tell(node, sampleReport(['10.0.0.11'], { failures }))
    const { report } = await describeNodeReport(ca.authority, 'worker-1')
    expect(report).toMatchObject({
      receivedAt: ca.clock.read().toISOString(),
      report: { failures, machine: { addresses: ['10.0.0.11'] } },
    })
    expect(await countReports(ca.authority)).toEqual({ silent: 0, failing: 1, changes: 0 })
  })

  it('that says the same costs no write for six hours, and never an entry of the log', async () => {
    const node = await join('worker-1', ['10.0.0.11'])
    await tell(node, sampleReport(['10.0.0.11']))
    const { size } = await ca.authority.store.read((reading) => reading.logTree())
    const put = vi.spyOn(ca.authority.store, 'transact')
    let contacts = 0
    for (let waited = 0; waited < hours(5); waited += minutes(10)) {
      ca.clock.advance(minutes(10))
      contacts++
      await tell(node, sampleReport(['10.0.0.11'], { clockOffset: contacts % 3 }))
    }
    // One for each contact, as for any request, and none for the report.
    expect(put).toHaveBeenCalledTimes(contacts)
    ca.clock.advance(hours(1))
    await tell(node, sampleReport(['10.0.0.11']))
    expect(put).toHaveBeenCalledTimes(contacts + 2)
    expect((await ca.authority.store.read((reading) => reading.logTree())).size).toBe(size)
  })

  it('is written at the next contact if it could not be the first time', async () => {
    const node = await join('worker-1', ['10.0.0.11'])
    const requester = await requesterOf(ca, node)
    vi.spyOn(ca.authority.store, 'transact').mockRejectedValueOnce(new Error('full'))
    const report = sampleReport(['10.0.0.11'])
    await expect(receiveReport(ca.authority, requester, report)).rejects.toThrow('full')
    await receiveReport(ca.authority, requester, report)
    expect((await describeNodeReport(ca.authority, 'worker-1')).report).toBeDefined()
  })

  it('is missed after a day', async () => {
    const node = await join('worker-1', ['10.0.0.11'])
    expect(await countReports(ca.authority)).toMatchObject({ silent: 0 })
    ca.clock.advance(hours(25))
    expect(await countReports(ca.authority)).toMatchObject({ silent: 1 })
    await tell(node, sampleReport(['10.0.0.11']))
    expect(await countReports(ca.authority)).toMatchObject({ silent: 0 })
  })
})

describe('a machine whose address changed', () => {
  it('asks, and has the new address once an operator approves what was shown', async () => {
    const node = await join('worker-1', ['10.0.0.11', 'w1.example.com'])
    expect(await tell(node, sampleReport(['10.0.0.11']))).toBe('none')
    expect(await tell(node, sampleReport(['10.0.0.12']))).toBe('open')
    const pending = await pendingOf('worker-1')
    expect(pending).toMatchObject({ why: 'policy asks', refused: [] })
    expect(await hostsOf('worker-1')).toEqual(['10.0.0.11', 'w1.example.com'])
    const decision = await approveNodeChange(ca.authority, OPERATOR, {
      node: 'worker-1',
      change: pending?.id,
      hosts: undefined,
    })
    expect(decision.after.map(({ value }) => value)).toEqual(['10.0.0.12', 'w1.example.com'])
    expect(await hostsOf('worker-1')).toEqual(['10.0.0.12', 'w1.example.com'])
    expect(await pendingOf('worker-1')).toBeUndefined()
    expect(await logOf('node-hosts-changed')).toMatchObject([
      { actor: 'operator root', body: { node: 'worker-1', by: 'operator' } },
    ])
    ca.clock.advance(minutes(10))
    expect(await tell(node, sampleReport(['10.0.0.12'], { clockOffset: 600 }))).toBe('none')
  })

  it('is not asked about again after a rejection', async () => {
    const node = await join('worker-1', ['10.0.0.11'])
    await tell(node, sampleReport(['10.0.0.11']))
    await tell(node, sampleReport(['10.0.0.11', '192.168.7.1']))
    await rejectNodeChange(ca.authority, OPERATOR, { node: 'worker-1', change: undefined })
    ca.clock.advance(minutes(10))
    expect(await tell(node, sampleReport(['10.0.0.11', '192.168.7.1']))).toBe('none')
    expect(await hostsOf('worker-1')).toEqual(['10.0.0.11'])
    expect(await logOf('node-change-rejected')).toHaveLength(1)
  })

  it('withdraws by itself when the address is back', async () => {
    const node = await join('worker-1', ['10.0.0.11'])
    await tell(node, sampleReport(['10.0.0.11']))
    await tell(node, sampleReport(['10.0.0.12']))
    await tell(node, sampleReport(['10.0.0.11']))
    expect(await pendingOf('worker-1')).toBeUndefined()
  })

  it('needs no operator inside the networks that policy allows, but an hour between two changes', async () => {
    usePolicy(ALLOW)
    const node = await join('worker-1', ['10.0.0.11'])
    await tell(node, sampleReport(['10.0.0.11']))
    expect(await tell(node, sampleReport(['10.0.0.12']))).toBe('applied')
    expect(await hostsOf('worker-1')).toEqual(['10.0.0.12'])
    ca.clock.advance(minutes(10))
    expect(await tell(node, sampleReport(['10.0.0.11']))).toBe('open')
    expect(await hostsOf('worker-1')).toEqual(['10.0.0.12'])
    ca.clock.advance(hours(1))
    expect(await tell(node, sampleReport(['10.0.0.11']))).toBe('applied')
    expect(await hostsOf('worker-1')).toEqual(['10.0.0.11'])
    expect((await logOf('node-hosts-changed')).map(({ actor }) => actor)).toEqual([
      'node worker-1',
      'node worker-1',
    ])
  })

  it('is not even asked about where policy refuses', async () => {
    usePolicy({ addressChanges: 'refuse', allowedNetworks: [] })
    const node = await join('worker-1', ['10.0.0.11'])
    await tell(node, sampleReport(['10.0.0.11']))
    expect(await tell(node, sampleReport(['10.0.0.12']))).toBe('none')
    expect(await pendingOf('worker-1')).toBeUndefined()
    expect((await describeNodeReport(ca.authority, 'worker-1')).report?.report.machine).toEqual({
      name: null,
      addresses: ['10.0.0.12'],
    })
  })

  it('is looked at afresh when another machine takes its place with a ticket', async () => {
    const old = await join('worker-1', ['10.0.0.11'])
    await tell(old, sampleReport(['10.0.0.11']))
    await tell(old, sampleReport(['10.0.0.12']))
    const young = await join('worker-1', ['10.0.0.21'], { replace: true })
    expect(await describeNodeReport(ca.authority, 'worker-1')).toEqual({
      report: undefined,
      change: undefined,
    })
    expect(await tell(young, sampleReport(['10.0.0.21', '192.168.1.1']))).toBe('none')
  })
})

describe('an operator', () => {
  it('says what a node has, whatever it asked for', async () => {
    const node = await join('worker-1', ['10.0.0.11'])
    await tell(node, sampleReport(['10.0.0.11']))
    await tell(node, sampleReport(['10.0.0.12']))
    const hosts = ['10.0.0.13', 'w1.example.com']
    await setNodeHosts(ca.authority, OPERATOR, { node: 'worker-1', hosts })
    expect(await hostsOf('worker-1')).toEqual(hosts)
    expect(await pendingOf('worker-1')).toBeUndefined()
  })

  it('is told which certificates say otherwise, and the node hears of those and no other', async () => {
    const node = await join('worker-1', ['10.0.0.11'])
    const requester = await requesterOf(ca, node)
    const issue = async (profile: string) =>
      issueNodeCertificate(ca.authority, requester, { profile, csr: await newRequest() })
    const [client, serving] = [await issue('kubelet-client'), await issue('kubelet-serving')]
    const ids = [client, serving].map((each) => formatCertificateId(each) ?? '')
    const wantedNow = async () => {
      const { node: facts } = await requesterOf(ca, node)
      const suggestions = await suggestRenewals(ca.authority, facts, ids)
      return ids.map((id) => suggestions.get(id)?.namesChanged)
    }
    expect(await wantedNow()).toEqual([false, false])
    ca.clock.advance(minutes(30))
    const hosts = ['10.0.0.13']
    const { affected } = await setNodeHosts(ca.authority, OPERATOR, { node: 'worker-1', hosts })
    expect(affected.map(({ serialNumber }) => serialNumber)).toEqual([serving.serialNumber])
    expect(await wantedNow()).toEqual([false, true])
    await setNodeHosts(ca.authority, OPERATOR, { node: 'worker-1', hosts: ['10.0.0.11'] })
    expect(await wantedNow()).toEqual([false, false])
  })

  it('with a certificate of his own decides for workers alone', async () => {
    const master = await join('master-1', ['10.0.0.21'], { role: 'master' })
    await tell(master, sampleReport(['10.0.0.21']))
    await tell(master, sampleReport(['10.0.0.22']))
    const wish = { node: 'master-1', change: (await pendingOf('master-1'))?.id, hosts: undefined }
    const remote = approveNodeChange(ca.authority, OPERATOR_CERTIFICATE, wish)
    await expect(remote).rejects.toMatchObject({ code: 'ERR_REQUESTER_NOT_PERMITTED' })
    const { after } = await approveNodeChange(ca.authority, OPERATOR, wish)
    expect(after.map(({ value }) => value)).toEqual(['10.0.0.22'])
  })

  it('may not give a worker what is a master’s, nor anybody what no certificate bears', async () => {
    await join('worker-1', ['10.0.0.11'])
    await join('master-1', ['10.0.0.21'], { role: 'master' })
    const set = (node: string, host: string) =>
      setNodeHosts(ca.authority, OPERATOR, { node, hosts: [host] })
    await expect(set('worker-1', '10.0.0.21')).rejects.toMatchObject({ code: 'ERR_NAME_RESERVED' })
    await expect(set('worker-1', 'kubernetes')).rejects.toMatchObject({ code: 'ERR_NAME_RESERVED' })
    await expect(set('master-1', '0.0.0.0')).rejects.toMatchObject({ code: 'ERR_NAME_INVALID' })
    await expect(set('nobody', '10.0.0.9')).rejects.toMatchObject({ code: 'ERR_NODE_UNKNOWN' })
  })
})
