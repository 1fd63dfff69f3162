import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLog } from '@easycerts/adapters/log'
import { createNotifier } from '@easycerts/adapters/systemd'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createDaemon,
  createSleeper,
  createSpecWatch,
  startWatchdog,
} from '../../../apps/certmgr/src/daemon/index.ts'
import { readStatus } from '../../../apps/certmgr/src/state/index.ts'
import { certificateSpec, joinedNode, type TestNode } from '../../support/certmgr/test-node.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const SPECS = NODE_PATHS.specDirectory
const SOON = 20_000

/** A daemon whose sleeps only a change of its specs cuts short. */
const watchingDaemon = async (node: TestNode) => {
  const stop = new AbortController()
  const { context, memory } = await node.start()
  const sleeper = createSleeper(node.time.clock)
  const notifier = createNotifier(undefined)
  const watchdog = startWatchdog(notifier, undefined)
  const specWatch = createSpecWatch({ onChange: sleeper.wake, log: context.log })
  const daemon = createDaemon({ ...context, signal: stop.signal }, memory, {
    ...{ sleeper, notifier, watchdog, specWatch, pid: 4711 },
  })
  const ended = daemon.run()
  onTestFinished(async () => {
    stop.abort()
    sleeper.wake()
    await ended
  })
  const status = () => readStatus(context.paths.status)
  await vi.waitFor(() => expect(status()).toBeDefined(), SOON)
  return { status, memory, daemon }
}

const flannel = (more: object = {}): string =>
  JSON.stringify({ ...certificateSpec('flannel-client', { group: 'flannel' }), ...more })

describe('a running certmgr', () => {
  it('takes up a spec that is added, and lets go of one that is removed', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    await watchingDaemon(node)
    node.write(`${SPECS}/flannel-client.yaml`, flannel())
    await vi.waitFor(() => expect(node.certificate('/pki/flannel-client.crt')).toBeDefined(), SOON)
    rmSync(join(node.root, SPECS, 'flannel-client.yaml'))
    await vi.waitFor(() => expect(node.log.join('')).toContain('removed=flannel-client'), SOON)
    rmSync(join(node.root, '/pki/flannel-client.crt'))
    node.write(`${SPECS}/kubelet-serving.yaml`, JSON.stringify(certificateSpec('kubelet-serving')))
    await vi.waitFor(() => expect(node.certificate('/pki/kubelet-serving.crt')).toBeDefined(), SOON)
    expect(() => node.read('/pki/flannel-client.crt')).toThrow()
  })

  it('keeps the certificate of a spec that turns bad, and all others, and says where it is bad (B15)', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { status } = await watchingDaemon(node)
    node.write(`${SPECS}/kubelet-client.yaml`, 'kind: Certificate\nnmae: x\n')
    await vi.waitFor(() => expect(status()?.faults).not.toEqual([]), SOON)
    expect(status()?.faults.join()).toContain(
      'kubelet-client.yaml:2:1: nmae: unknown key, did you mean "name"?',
    )
    expect(node.log.join('')).toContain('kubelet-client.yaml:2:1: nmae')
    rmSync(join(node.root, '/pki/kubelet-client.crt'))
    node.write(`${SPECS}/flannel-client.yaml`, flannel())
    await vi.waitFor(() => expect(node.certificate('/pki/flannel-client.crt')).toBeDefined(), SOON)
    await vi.waitFor(() => expect(node.certificate('/pki/kubelet-client.crt')).toBeDefined(), SOON)

    node.write(`${SPECS}/kubelet-client.yaml`, JSON.stringify(certificateSpec('kubelet-client')))
    await vi.waitFor(() => expect(status()?.faults).toEqual([]), SOON)
  })

  it('tries a mended spec at once, however long its failures would have waited', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { memory } = await watchingDaemon(node)
    node.write(`${SPECS}/flannel-client.yaml`, flannel({ profile: 'no-such-profile' }))
    await vi.waitFor(() => expect(memory.attempts.has('flannel-client')).toBe(true), SOON)
    node.write(`${SPECS}/flannel-client.yaml`, flannel())
    await vi.waitFor(() => expect(node.certificate('/pki/flannel-client.crt')).toBeDefined(), SOON)
  })

  it('sees a change that nothing told it of in its next pass', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { daemon } = await watchingDaemon(node)
    // Another directory of the same name, as a system that is switched over has it.
    const specs = join(node.root, SPECS)
    mkdirSync(`${specs}.next`)
    writeFileSync(`${specs}.next/flannel-client.yaml`, flannel())
    renameSync(specs, `${specs}.old`)
    renameSync(`${specs}.next`, specs)
    daemon.wake()
    await vi.waitFor(() => expect(node.certificate('/pki/flannel-client.crt')).toBeDefined(), SOON)
    node.write(`${SPECS}/kubelet-serving.yaml`, JSON.stringify(certificateSpec('kubelet-serving')))
    await vi.waitFor(() => expect(node.certificate('/pki/kubelet-serving.crt')).toBeDefined(), SOON)
  })
})

describe('the watch of a directory', () => {
  const watching = () => {
    const lines: string[] = []
    const sink = { write: (text: string) => lines.push(text) }
    const log = createLog({ sink, format: 'text', level: 'debug', clock: () => new Date() })
    let calls = 0
    const watch = createSpecWatch({ onChange: () => calls++, log })
    onTestFinished(() => watch.close())
    return { watch, lines, calls: () => calls }
  }

  it('tells of many changes at once', async () => {
    const directory = temporaryFolder()
    const { watch, calls } = watching()
    watch.follow(directory)
    for (let index = 0; index < 200; index++) writeFileSync(join(directory, `${index}.yaml`), 'x')
    await vi.waitFor(() => expect(calls()).toBeGreaterThan(0), SOON)
    expect(calls()).toBeLessThan(5)
  })

  it('passes over files that are no specs', async () => {
    const directory = temporaryFolder()
    const { watch, calls } = watching()
    watch.follow(directory)
    for (const name of ['a.crt', '.a.yaml.swp', '.hidden.yaml'])
      writeFileSync(join(directory, name), '')
    writeFileSync(join(directory, 'a.yaml'), '')
    await vi.waitFor(() => expect(calls()).toBe(1), SOON)
  })

  it('says once that it cannot, and tries again', async () => {
    const directory = join(temporaryFolder(), 'later')
    const { watch, lines, calls } = watching()
    watch.follow(directory)
    watch.follow(directory)
    expect(lines).toHaveLength(1)
    mkdirSync(directory)
    watch.follow(directory)
    writeFileSync(join(directory, 'a.yaml'), '')
    await vi.waitFor(() => expect(calls()).toBe(1), SOON)
  })
})
