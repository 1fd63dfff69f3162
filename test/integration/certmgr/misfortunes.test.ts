import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { stageFile } from '@easycerts/adapters/files'
import { sha256Hex } from '@easycerts/shared/encoding'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { certificateSpec, joinedNode, trustSpec } from '../../support/certmgr/test-node.ts'

const RESTART = { leaf: [{ restart: 'kubelet.service' }] }
const CLIENT = '/pki/kubelet-client.crt'

describe('the CA being away', () => {
  it('leaves what is valid alone, is retried by the table, and ends with a renewal', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { pass, memory } = await node.start()
    await pass()
    const first = node.certificate(CLIENT)
    node.ca.behaviour.isDown = true
    node.time.advance(hours(17))
    const next = await pass()
    expect(node.certificate(CLIENT).serialNumber).toBe(first.serialNumber)
    expect(memory.ca.state).toBe('away')
    expect(memory.attempts.get('kubelet-client')?.lastFailure.code).toBe('ERR_CA_UNREACHABLE')
    expect(next.getTime() - node.time.now.getTime()).toBe(seconds(1))

    const calls = node.ca.calls.length
    await pass()
    expect(memory.attempts.get('kubelet-client')?.failures).toBe(1)
    node.time.now = next
    await pass()
    expect(memory.attempts.get('kubelet-client')?.failures).toBe(2)
    expect(node.ca.calls).toHaveLength(calls)

    node.ca.behaviour.isDown = false
    node.time.advance(minutes(1))
    await pass()
    expect(node.certificate(CLIENT).serialNumber).not.toBe(first.serialNumber)
    expect(memory.ca.state).toBe('reachable')
    expect(memory.attempts.size).toBe(0)
  })
})

describe('a certificate that the CA refuses', () => {
  it('stops no other, in its group or beside it', async () => {
    const node = await joinedNode([
      certificateSpec('kubelet-client'),
      certificateSpec('kubelet-serving'),
      certificateSpec('flannel-client', { group: 'flannel' }),
    ])
    node.ca.behaviour.refused.add('kubelet-client')
    const { pass, memory } = await node.start()
    await pass()
    expect([...memory.attempts.keys()]).toEqual(['kubelet-client'])
    expect(node.certificate('/pki/kubelet-serving.crt')).toBeDefined()
    expect(node.certificate('/pki/flannel-client.crt')).toBeDefined()
  })
})

describe('a bad spec', () => {
  it('is told with its place, and the good one beside it is kept true', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    node.write(`${NODE_PATHS.specDirectory}/bad.yaml`, 'kind: Certificate\nname: BAD\n')
    const { pass, context } = await node.start()
    await pass()
    expect(node.certificate(CLIENT)).toBeDefined()
    expect(context.specs.faults.join('\n')).toMatch(/bad\.yaml:2:\d+: name: is not a name/)
  })
})

describe('an action that fails', () => {
  it('is tried again until it is done, without another renewal', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client', { actions: RESTART })])
    node.breakSystemctl(true)
    const { pass, context } = await node.start()
    const next = await pass()
    const { serialNumber } = node.certificate(CLIENT)
    expect(context.ledger.current()[0]?.attempts?.lastFailure.message).toContain('unit is masked')
    node.breakSystemctl(false)
    node.time.now = next
    await pass()
    expect(context.ledger.current()).toEqual([])
    expect(node.actions()).toHaveLength(2)
    expect(node.certificate(CLIENT).serialNumber).toBe(serialNumber)
  })

  it('is not forgotten by a kill in between', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client', { actions: RESTART })])
    node.breakSystemctl(true)
    await (await node.start()).pass()
    node.breakSystemctl(false)
    await (await node.start()).pass()
    expect(node.actions()).toEqual(['try-restart kubelet.service', 'try-restart kubelet.service'])
    await (await node.start()).pass()
    expect(node.actions()).toHaveLength(2)
  })
})

describe('a publication that a kill cut short', () => {
  it('is finished at the next start, before anything else', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client'), trustSpec('client-ca')])
    await (await node.start()).pass()
    const [oldKey, oldCertificate] = [node.read('/pki/kubelet-client.key'), node.read(CLIENT)]
    node.write(`${NODE_PATHS.certmgrState}/renew/kubelet-client`, '')
    await (await node.start()).pass()
    const [newKey, newCertificate] = [node.read('/pki/kubelet-client.key'), node.read(CLIENT)]

    // As it was between the two renames: the new key in its place, the certificate still to come.
    node.write(CLIENT, oldCertificate)
    const path = join(node.root, CLIENT)
    const temp = await stageFile({ path, content: newCertificate, mode: 0o644 })
    const sha256 = sha256Hex(Buffer.from(newCertificate))
    const journal = `${NODE_PATHS.certmgrState}/journals/group-kubelet.json`
    node.write(journal, JSON.stringify([{ temp, path, sha256 }]))

    const calls = node.ca.calls.filter((call) => call.includes('certificates')).length
    await (await node.start()).pass()
    expect(node.read('/pki/kubelet-client.key')).toBe(newKey)
    expect(node.read(CLIENT)).toBe(newCertificate)
    expect(newKey).not.toBe(oldKey)
    expect(node.ca.calls.filter((call) => call.includes('certificates'))).toHaveLength(calls)
    expect(readdirSync(join(node.root, 'pki')).filter((name) => name.startsWith('.'))).toEqual([])
  })
})
