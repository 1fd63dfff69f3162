import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createNoServiceManager, type ServiceManager } from '@easycerts/adapters/systemd'
import { parseLegacyConfig, parseLegacySpec } from '@easycerts/shared/legacy-certmgr'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import {
  actionsOf,
  type Adoption,
  lookAtOldDaemon,
  matchSpecs,
} from '../../../apps/node-join/src/adoption/index.ts'
import { planLeftSpecs } from '../../../apps/node-join/src/plan/plan-left-specs.ts'
import { reviveService } from '../../../apps/node-join/src/reset/index.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const SECRETS = '/var/lib/kubernetes/secrets'

const config = parseLegacyConfig({
  file: '/certmgr.yaml',
  text: JSON.stringify({ dir: '/specs', svcmgr: 'command', interval: '30m' }),
  environment: {},
})

const specFor = (path: string) =>
  parseLegacySpec(
    `/specs/${path}.json`,
    JSON.stringify({
      certificate: { path: `${path}.pem` },
      private_key: { path: `${path}-key.pem`, mode: '0600' },
      request: { CN: 'x', hosts: ['x'], key: { algo: 'rsa', size: 2048 } },
      authority: { remote: 'https://ca:8888', auth_key: '00', profile: 'default' },
    }),
    config,
  )

const old = (...names: readonly string[]) => ({ file: '/certmgr.yaml', specs: names.map(specFor) })

describe('the specs of an old certmgr', () => {
  const worker = { role: 'worker' } as const

  it('are matched with a layout by their paths, wherever most of them fit', () => {
    const specs = old(`${SECRETS}/kubelet`, `${SECRETS}/flannel-client`, '/srv/web')
    const found = matchSpecs(specs, worker, undefined)
    expect(found?.layout).toBe('nixos')
    expect(found?.matches.map(({ row }) => row.profile)).toEqual([
      'kubelet-serving',
      'flannel-client',
    ])
    expect(matchSpecs(specs, worker, 'nixos')).toEqual(found)
  })

  it('are left alone on a master, and where they fit nowhere, unless somebody insists', () => {
    const specs = old(`${SECRETS}/kubelet`)
    expect(matchSpecs(specs, { role: 'master' }, undefined)).toBeUndefined()
    expect(matchSpecs(old('/srv/web'), worker, undefined)).toBeUndefined()
    expect(codeOf(() => matchSpecs(specs, worker, 'kubeadm'))).toBe('ERR_CONFIG_INVALID')
  })

  it('that fit nowhere go on in a configuration of their own', () => {
    const adoption = {
      settings: config,
      left: [{ file: '/specs/web.json', text: '{}' }],
    } as unknown as Adoption
    const [spec, settings] = planLeftSpecs(adoption)
    expect(spec).toMatchObject({ path: '/etc/easycerts/old-certmgr.d/web.json', mode: 0o600 })
    const written = parse(settings?.content ?? '') as object
    expect(written).toMatchObject({ dir: '/etc/easycerts/old-certmgr.d', interval: '1800s' })
    const text = settings?.content ?? ''
    expect(parseLegacyConfig({ file: 'x', text, environment: {} })).toMatchObject({
      renewal: config.renewal,
      serviceManager: 'command',
    })
  })
})

describe('an action of an old spec', () => {
  it.each([
    ['systemctl restart kubelet.service', [{ restart: 'kubelet.service', onlyIfRunning: false }]],
    [
      '/run/current-system/sw/bin/systemctl restart a b.service',
      [
        { restart: 'a.service', onlyIfRunning: false },
        { restart: 'b.service', onlyIfRunning: false },
      ],
    ],
    [
      'systemctl reload nginx; true',
      [{ command: ['/bin/sh', '-c', 'systemctl reload nginx; true'] }],
    ],
  ])('becomes one of ours: %s', (script, actions) => {
    expect(actionsOf({ kind: 'command', script })).toEqual(actions)
  })
})

describe('the old daemon', () => {
  const machineWith = (services: Partial<ServiceManager>, calls: string[]) => ({
    root: '/',
    clock: () => new Date(),
    randomOctets: randomBytes,
    effectiveUid: 0,
    signal: new AbortController().signal,
    services: {
      ...createNoServiceManager(() => undefined),
      isPresent: () => true,
      enable: (units: readonly string[]) =>
        Promise.resolve(void calls.push(`enable ${units.join()}`)),
      start: (unit: string) => Promise.resolve(void calls.push(`start ${unit}`)),
      ...services,
    },
  })

  it('is seen as it was, and runs again after a reset only if it ran before', async () => {
    const calls: string[] = []
    const machine = machineWith({ isEnabled: () => Promise.resolve(true) }, calls)
    const root = temporaryFolder()
    mkdirSync(join(root, 'etc/systemd/system'), { recursive: true })
    expect(await lookAtOldDaemon({ ...machine, root })).toEqual({
      isEnabled: false,
      isActive: false,
    })
    writeFileSync(join(root, 'etc/systemd/system/certmgr.service'), '[Service]\n')
    const daemon = await lookAtOldDaemon({ ...machine, root })
    expect(daemon).toEqual({ isEnabled: true, isActive: false })
    const unit = 'certmgr.service'
    expect(await reviveService(machine, { unit, ...daemon })).toEqual([])
    expect(await reviveService(machine, { unit, ...daemon, isActive: true })).toEqual([])
    expect(calls).toEqual([`enable ${unit}`, `enable ${unit}`, `start ${unit}`])
  })
})
