import { describe, expect, it } from 'vitest'
import type { ServiceManager } from '@easycerts/adapters/systemd'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Machine } from '../../../apps/node-join/src/machine/index.ts'
import { startServices } from '../../../apps/node-join/src/steps/start-services.ts'

/** Writes down what it is asked; units in `broken` fail. */
const recordingServices = (calls: string[], broken: readonly string[] = []): ServiceManager => {
  const call = (verb: string, unit: string): Promise<void> => {
    calls.push(`${verb} ${unit}`)
    return broken.includes(unit)
      ? Promise.reject(new EasycertsError('ERR_ACTION_FAILED', `${unit} failed`))
      : Promise.resolve()
  }
  return {
    isPresent: () => true,
    daemonReload: () => call('daemon-reload', ''),
    enable: (units) => call('enable', units.join(' ')),
    disable: (units) => call('disable', units.join(' ')),
    start: (unit) => call('start', unit),
    stop: (unit) => call('stop', unit),
    restart: (unit) => call('restart', unit),
    reload: (unit) => call('reload', unit),
    isActive: () => Promise.resolve(false),
    isEnabled: () => Promise.resolve(false),
  }
}

const machineWith = (services: ServiceManager, root = '/'): Machine => ({
  root,
  clock: () => new Date(),
  randomOctets: (count) => Buffer.alloc(count),
  effectiveUid: 0,
  services,
  signal: new AbortController().signal,
})

const unit = (name: string, program = process.execPath) => ({
  name,
  programs: [program],
  configuration: [],
})

describe('startServices', () => {
  it('starts, and restarts what must read its files again, in order', async () => {
    const calls: string[] = []
    const machine = machineWith(recordingServices(calls))
    const units = [unit('certmgr.service'), unit('kubelet.service')]
    const { value } = await startServices(machine, units, new Set(['kubelet.service']))
    expect(calls).toEqual(['start certmgr.service', 'restart kubelet.service'])
    expect(value).toMatchObject({ started: ['certmgr.service'], restarted: ['kubelet.service'] })
  })

  it('goes on after a unit that fails, and names it', async () => {
    const calls: string[] = []
    const machine = machineWith(recordingServices(calls, ['etcd.service']))
    const units = [
      unit('etcd.service'),
      unit('kubelet.service', '/nowhere/kubelet'),
      unit('b.service'),
    ]
    const { value } = await startServices(machine, units, new Set())
    expect(calls).toEqual(['start etcd.service', 'start b.service'])
    expect(value.failed).toEqual([{ unit: 'etcd.service', reason: 'etcd.service failed' }])
    expect(value.skipped).toEqual([
      { unit: 'kubelet.service', reason: '/nowhere/kubelet is not installed' },
    ])
  })

  it('touches nothing of the running system when it prepares an image', async () => {
    const calls: string[] = []
    const machine = machineWith(recordingServices(calls), '/mnt/image')
    const { done } = await startServices(machine, [unit('a.service')], new Set(['a.service']))
    expect(calls).toEqual([])
    expect(done).toBe('nothing started: /mnt/image is not the running system')
  })
})
