import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadReceipt, loadWitnessRecord } from '@easycerts/adapters/log-witness'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { certificateSpec, joinedNode, type TestNode } from '../../support/certmgr/test-node.ts'

const CLIENT = '/pki/kubelet-client.crt'

const started = async () => {
  const node = await joinedNode([certificateSpec('kubelet-client')])
  const running = await node.start()
  await running.pass()
  return { node, ...running, first: node.certificate(CLIENT) }
}
const knownSize = ({ store }: TestNode): number | undefined =>
  loadWitnessRecord(store.directory)?.signed.head.size

describe('certmgr as a witness of the log', () => {
  it('keeps the highest head that it has seen, also for its next start', async () => {
    const { node } = await started()
    expect(knownSize(node)).toBe(node.ca.log.texts.length)
    node.ca.log.append('ticket-created', {})
    node.time.advance(hours(17))
    await (await node.start()).pass()
    expect(knownSize(node)).toBe(node.ca.log.texts.length)
  })

  it('installs nothing that is not in the log, and keeps what it has', async () => {
    const { node, pass, memory, first } = await started()
    const before = { key: node.read('/pki/kubelet-client.key'), size: knownSize(node) }
    node.ca.behaviour.isLogSkipped = true
    node.time.advance(hours(17))
    await pass()
    expect(node.certificate(CLIENT).serialNumber).toBe(first.serialNumber)
    expect(node.read('/pki/kubelet-client.key')).toBe(before.key)
    expect(memory.attempts.get('kubelet-client')?.lastFailure.code).toBe('ERR_LOG_UNPROVEN')
    expect(memory.ca.state).toBe('distrusted')

    node.ca.behaviour.isLogSkipped = false
    node.time.advance(hours(1))
    await pass()
    expect(node.certificate(CLIENT).serialNumber).not.toBe(first.serialNumber)
    expect(memory.ca.state).toBe('reachable')
  })

  it.each([
    ['rolled back', (node: TestNode) => node.ca.log.cut(1)],
    [
      'forked',
      (node: TestNode) => {
        const { length } = node.ca.log.texts
        node.ca.log.cut(length - 1)
        for (const kind of ['forged', 'forged', 'forged']) node.ca.log.append(kind, {})
      },
    ],
    ['of another epoch without a word', (node: TestNode) => (node.ca.log.epoch = 2)],
  ])('takes nothing from a CA whose log was %s, and says so', async (_, change) => {
    const { node, pass, memory, first } = await started()
    const size = knownSize(node)
    change(node)
    node.time.advance(hours(17))
    await pass()
    expect(node.certificate(CLIENT).serialNumber).toBe(first.serialNumber)
    expect(memory.ca.state).toBe('distrusted')
    expect(memory.attempts.get('ca')?.lastFailure.code).toBe('ERR_LOG_INCONSISTENT')
    expect(node.log.some((line) => line.includes('ERR_LOG_INCONSISTENT'))).toBe(true)
    expect(knownSize(node)).toBe(size)
  })

  it('goes on with a CA that was restored, and says what it lost', async () => {
    const { node, pass, memory, first } = await started()
    const { log } = node.ca
    const seen = log.texts.length
    log.cut(seen - 1)
    const root = Buffer.from(log.head().split('\n')[2] ?? '', 'base64').toString('base64')
    log.append('epoch-started', { epoch: 9, previous: { epoch: 1, size: seen - 1, root } })
    log.epoch = 9
    node.time.advance(hours(17))
    await pass()
    expect(node.certificate(CLIENT).serialNumber).not.toBe(first.serialNumber)
    expect(memory.ca.state).toBe('reachable')
    expect(node.log.some((line) => line.includes(`backup of ${seen - 1} log entries`))).toBe(true)
  })

  it('keeps the proof of its identity through a renewal', async () => {
    const { node, pass } = await started()
    node.time.advance(hours(17))
    await pass()
    const { certificate } = node.store.load() ?? {}
    const receipt = loadReceipt(node.store.directory, certificate?.fingerprint ?? '')
    expect(receipt?.entry).toContain(certificate?.fingerprint)
  })

  it('does not begin anew when its record is damaged', async () => {
    const { node } = await started()
    const path = join(node.store.directory, 'log-head.json')
    expect(existsSync(path)).toBe(true)
    const text = readFileSync(path, 'utf8')
    node.write(`${NODE_PATHS.identityDirectory}/log-head.json`, text.replace('"head"', '"hat"'))
    node.time.advance(hours(17))
    const again = await node.start()
    await again.pass()
    expect(again.memory.attempts.get('ca')?.lastFailure.code).toBe('ERR_LOG_MALFORMED')
  })
})
