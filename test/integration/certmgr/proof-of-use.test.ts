import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { geteuid } from 'node:process'
import { createTerminal } from '@easycerts/adapters/terminal'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { runStatus } from '../../../apps/certmgr/src/commands/status.ts'
import { NAME, type ServedNode, servedNode } from '../../support/certmgr/tls-consumer.ts'

const PROOFS = `${NODE_PATHS.certmgrState}/proofs.json`
const ACTIONS = `${NODE_PATHS.certmgrState}/pending-actions.json`

const serialOnDisk = ({ node }: ServedNode): string =>
  node.certificate(`/pki/${NAME}.crt`).serialNumber

/** Its component runs and serves the first certificate, which is proven; then comes a second one. */
const renewed = async (served: ServedNode): Promise<void> => {
  await served.pass()
  await served.start()
  served.node.time.advance(minutes(10))
  await served.pass()
  expect(served.record()).toMatchObject({ state: 'proven', serialNumber: serialOnDisk(served) })
  served.told.length = 0
  served.renew()
  await served.pass()
}

const passAfter = (served: ServedNode, duration: number): Promise<Date> => {
  served.node.time.advance(duration)
  return served.pass()
}

describe('a component that reads its files when it is told to', () => {
  it('is proven to serve the new certificate in the same pass, and is then left alone', async () => {
    const served = await servedNode({ onReload: 'reads', onRestart: 'reads' })
    await renewed(served)
    expect(served.told).toEqual(['reload kubelet.service'])
    expect(served.record()).toEqual({
      serialNumber: serialOnDisk(served),
      state: 'proven',
      provenAt: served.node.time.now,
    })
    const connections = served.connections()
    for (let count = 0; count < 3; count++) await passAfter(served, minutes(10))
    expect(served.connections()).toBe(connections)
  })
})

describe('a component that ignores a reload', () => {
  it('is looked at again within the window, restarted once after it, and then proven', async () => {
    const served = await servedNode({ onReload: 'ignores', onRestart: 'reads' })
    await renewed(served)
    expect(served.record()?.state).toBe('waiting')
    const next = await passAfter(served, seconds(30))
    expect(served.told).toEqual(['reload kubelet.service'])
    expect(next.getTime() - served.node.time.now.getTime()).toBeLessThanOrEqual(seconds(30))
    await passAfter(served, seconds(31))
    expect(served.told).toEqual(['reload kubelet.service', 'restart kubelet.service'])
    await passAfter(served, seconds(1))
    expect(served.record()).toMatchObject({ state: 'proven', serialNumber: serialOnDisk(served) })
    expect(served.told).toHaveLength(2)
  })

  it('gets what its spec says instead of a restart', async () => {
    const proof = { escalation: { restart: 'proxy.service' } }
    const served = await servedNode({ onReload: 'ignores', onRestart: 'reads' }, { proof })
    await renewed(served)
    await passAfter(served, minutes(1))
    expect(served.told).toEqual(['reload kubelet.service', 'restart proxy.service'])
  })
})

describe('a component that never takes the new certificate', () => {
  it('is restarted once for each certificate, and an alarm says what it serves', async () => {
    const served = await servedNode({ onReload: 'ignores', onRestart: 'ignores' })
    await served.pass()
    const first = serialOnDisk(served)
    await renewed(served)
    for (let count = 0; count < 10; count++) await passAfter(served, minutes(1))
    expect(served.told).toEqual(['reload kubelet.service', 'restart kubelet.service'])
    expect(served.record()).toMatchObject({
      state: 'alarm',
      reason: 'old',
      servedSerialNumber: first,
    })
    const alarms = served.node.log.filter((line) => line.includes('ERR_NOT_IN_USE'))
    expect(alarms).toHaveLength(1)

    served.renew()
    for (let count = 0; count < 10; count++) await passAfter(served, minutes(1))
    expect(served.told.filter((words) => words.startsWith('restart'))).toHaveLength(2)
  })

  it('is not restarted a second time where the action was a restart', async () => {
    const actions = { leaf: [{ restart: 'kubelet.service' }] }
    const served = await servedNode({ onReload: 'ignores', onRestart: 'ignores' }, { actions })
    await renewed(served)
    for (let count = 0; count < 5; count++) await passAfter(served, minutes(1))
    expect(served.told).toEqual(['restart kubelet.service'])
    expect(served.record()?.reason).toBe('old')
  })

  it('is restarted once in all, wherever certmgr is killed', async () => {
    const served = await servedNode({ onReload: 'ignores', onRestart: 'ignores' })
    await renewed(served)
    const wanted = { [NAME]: { ...served.record(), escalation: 'wanted' } }
    const pending = [{ action: { restart: 'kubelet.service' }, set: `proof-${NAME}` }]
    for (const actions of [[], pending]) {
      served.told.length = 0
      served.node.write(PROOFS, JSON.stringify(wanted))
      served.node.write(ACTIONS, JSON.stringify(actions))
      for (let count = 0; count < 5; count++) {
        await served.again()
        await passAfter(served, minutes(1))
      }
      expect(served.told).toEqual(['restart kubelet.service'])
      expect(served.record()?.state).toBe('alarm')
    }
  })
})

describe('a component that does not answer', () => {
  it('is an alarm after the window and no restart, until it answers', async () => {
    const served = await servedNode(
      { onReload: 'reads', onRestart: 'reads' },
      { actions: {}, proof: { escalation: { command: ['false'] } } },
    )
    await served.pass()
    expect(served.record()?.state).toBe('waiting')
    await passAfter(served, minutes(2))
    expect(served.record()).toMatchObject({ state: 'alarm', reason: 'unreachable' })
    expect(served.told).toEqual([])
    await served.start()
    await passAfter(served, minutes(10))
    expect(served.record()?.state).toBe('proven')
  })

  it('is none where its unit does not run: its window begins with it', async () => {
    const served = await servedNode({ onReload: 'reads', onRestart: 'reads' })
    for (let count = 0; count < 5; count++) await passAfter(served, minutes(10))
    expect(served.record()?.state).toBe('waiting')
    await served.start()
    await passAfter(served, minutes(10))
    expect(served.record()?.state).toBe('proven')
  })
})

describe('certmgr status', () => {
  const statusOf = async ({ node }: ServedNode) => {
    let text = ''
    const terminal = createTerminal({
      program: 'certmgr',
      stdout: { write: (more) => (text += more) },
      stderr: { write: () => undefined },
      colour: false,
      output: 'text',
    })
    const context = { terminal, clock: node.time.clock, uid: geteuid?.() ?? 0 }
    const code = await runStatus(context, { root: node.root, log: 'text', logLevel: 'info' })
    return { code, text }
  }

  it('says of each certificate whether it is in use, and ends with 75 for an alarm', async () => {
    const served = await servedNode({ onReload: 'ignores', onRestart: 'ignores' })
    await renewed(served)
    expect(await statusOf(served)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/IN USE(.|\n)* not yet /) as string,
    })
    for (let count = 0; count < 5; count++) await passAfter(served, minutes(1))
    expect(await statusOf(served)).toMatchObject({
      code: 75,
      text: expect.stringContaining('old certificate still served') as string,
    })
    served.node.write(NODE_PATHS.certmgrConfig, 'proveUse: false\n')
    expect((await statusOf(served)).code).toBe(0)
  })
})

describe('what is written down of proofs', () => {
  it('holds nothing but serial numbers and times, and goes with its spec', async () => {
    const served = await servedNode({ onReload: 'ignores', onRestart: 'ignores' })
    await renewed(served)
    const text = readFileSync(join(served.node.root, PROOFS), 'utf8')
    expect(
      Object.keys((JSON.parse(text) as Record<string, object>)[NAME] ?? {}).toSorted(),
    ).toEqual(['deadline', 'serialNumber', 'servedSerialNumber', 'since', 'state'])
    const spec = `${NODE_PATHS.specDirectory}/${NAME}.yaml`
    served.node.write(spec, served.node.read(spec).replace(/^proof:\n(?: .*\n)*/m, ''))
    await served.again()
    await served.pass()
    expect(served.record()).toBeUndefined()
  })
})
