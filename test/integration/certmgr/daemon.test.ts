import { createNotifier } from '@easycerts/adapters/systemd'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { describe, expect, it, vi } from 'vitest'
import { createDaemon, startWatchdog } from '../../../apps/certmgr/src/daemon/index.ts'
import { readStatus } from '../../../apps/certmgr/src/state/index.ts'
import { certificateSpec, joinedNode, type TestNode } from '../../support/certmgr/test-node.ts'

/** A daemon whose sleeps end when the test says so. */
const steppedDaemon = async (node: TestNode) => {
  const stop = new AbortController()
  const started = await node.start()
  const context = { ...started.context, signal: stop.signal }
  let wake = (): void => undefined
  let slept = 0
  const sleeper = {
    sleepUntil: () =>
      new Promise<void>((resolve) => {
        slept++
        wake = resolve
      }),
    wake: () => wake(),
  }
  const notifier = createNotifier(undefined)
  const parts = { sleeper, notifier, watchdog: startWatchdog(notifier, undefined), pid: 4711 }
  const daemon = createDaemon(context, started.memory, parts)
  const ended = daemon.run()
  const afterPass = (passes: number) => vi.waitFor(() => expect(slept).toBe(passes), 20_000)
  await afterPass(1)
  return {
    daemon,
    afterPass,
    status: () => readStatus(context.paths.status),
    end: async () => {
      stop.abort()
      wake()
      await ended
    },
  }
}

describe('the daemon', () => {
  it('writes down what it knows after every pass', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    node.ca.behaviour.refused.add('kubelet-client')
    const { status, end } = await steppedDaemon(node)
    expect(status()).toMatchObject({
      pid: 4711,
      ca: { state: 'reachable' },
      attempts: { 'kubelet-client': { failures: 1, lastFailure: { code: 'ERR_PROFILE_UNKNOWN' } } },
    })
    await end()
  })

  it('takes a new spec when it reads the configuration again, and keeps the old of a bad one', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { daemon, afterPass, status, end } = await steppedDaemon(node)
    const directory = NODE_PATHS.specDirectory
    node.write(`${directory}/kubelet-client.yaml`, 'kind: [')
    node.write(
      `${directory}/flannel-client.yaml`,
      JSON.stringify(certificateSpec('flannel-client', { group: 'flannel' })),
    )
    node.write(NODE_PATHS.certmgrConfig, 'checkInterval: never\n')
    daemon.reload()
    await afterPass(2)
    expect(node.certificate('/pki/flannel-client.crt')).toBeDefined()
    expect(status()?.faults.join()).toContain('kubelet-client.yaml:1:')
    expect(node.log.join('')).toContain('the configuration is invalid: the old one stays')

    node.write(`${NODE_PATHS.certmgrState}/renew/kubelet-client`, '')
    const { serialNumber } = node.certificate('/pki/kubelet-client.crt')
    daemon.wake()
    await afterPass(3)
    expect(node.certificate('/pki/kubelet-client.crt').serialNumber).not.toBe(serialNumber)
    await end()
  })

  it('goes on when its own state cannot be written', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    node.write(`${NODE_PATHS.certmgrState}/status.json/in-the-way`, '')
    const { end } = await steppedDaemon(node)
    expect(node.certificate('/pki/kubelet-client.crt')).toBeDefined()
    expect(node.log.join('')).toContain('cannot write the status')
    await end()
  })
})
