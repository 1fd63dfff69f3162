import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_CERTIFICATES } from '@easycerts/shared/layout'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BootedMachine, obstacleToBoot } from '../support/booted-machine/booted-machine.ts'
import { makeMasterMachine } from '../support/booted-machine/master-machine.ts'
import { writeIn } from '../support/booted-machine/machine-root.ts'
import { type UnitState, unitStates } from '../support/booted-machine/unit-states.ts'
import { seededRandom } from '../support/random.ts'
import {
  makeStandIns,
  STAND_IN_DROP_IN,
  STAND_INS,
} from '../support/stand-ins/stand-in-programs.ts'
import { until } from '../support/until.ts'

const obstacle = obstacleToBoot(['etcd', 'containerd', 'ip', 'openssl'])
const title = 'a master that systemd has booted'

/** In the order of their start. */
const UNITS = [
  'ca-server',
  'certmgr',
  'containerd',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'flanneld',
].map((name) => `${name}.service`)

const IS_FULL = process.env['SOAK'] === 'full'

/** All of them in full. */
const TRIED = IS_FULL ? UNITS : ['etcd.service', 'kube-apiserver.service', 'kubelet.service']

/** Keeps certmgr away, which would bring all of them at once. */
const DROP_IN = 'etc/systemd/system/certmgr.service.d/later.conf'

const SOON = { within: 30_000, every: 500 }

/** A stand-in says that it is ready once it has reached whom it needs, whatever the type of its unit. */
const runs = ([unit, { activeState, statusText }]: readonly [string, UnitState]): boolean =>
  activeState === 'active' && (statusText === 'ready' || !STAND_IN_UNITS.has(unit))

const STAND_IN_UNITS: ReadonlySet<string> = new Set(STAND_INS.map((name) => `${name}.service`))

const PROGRAMS = '/opt/easycerts/node_modules/.bin'

/** Where those of them listen that read a renewed certificate without a restart. */
const SERVED: Readonly<Record<string, string>> = {
  'etcd.service': '127.0.0.1:2379',
  'kube-apiserver.service': '192.0.2.1:6443',
  'kubelet.service': '127.0.0.1:10250',
}

describe.skipIf(obstacle !== undefined)(
  obstacle === undefined ? title : `${title} (skipped: ${obstacle})`,
  () => {
    let machine: BootedMachine
    let programs: string

    const stateOf = (unit: string): Promise<string> => machine.show(unit, 'ActiveState')
    const pidsOf = (units: readonly string[]): Promise<string[]> =>
      Promise.all(units.map((unit) => machine.show(unit, 'MainPID')))
    const untilAllRun = async (units = UNITS): Promise<void> => {
      let others: string[] = []
      const look = async (): Promise<boolean> => {
        const states = [...(await unitStates(machine, units))]
        others = states.filter((each) => !runs(each)).map(([unit]) => unit)
        return others.length === 0
      }
      await until(look, { within: 60_000, every: 300 }).catch(() => expect(others).toEqual([]))
    }
    /** Empty as long as nobody listens. */
    const servedSerial = (place: string): Promise<string> => {
      const show = `openssl s_client -connect ${place} </dev/null | openssl x509 -noout -serial`
      return machine.run('sh', '-c', show).catch(() => '')
    }
    const servedSerials = (): Promise<string[]> =>
      Promise.all(Object.values(SERVED).map(servedSerial))
    const startedAt = async (unit: string): Promise<number> =>
      Number(await machine.show(unit, 'ActiveEnterTimestampMonotonic'))

    beforeAll(async () => {
      programs = makeStandIns('1.36.2')
      machine = await makeMasterMachine({ programs, kubernetesVersion: '1.36' })
      const dropIn = (unit: string, name: string, text: string): void =>
        writeIn(machine.root, `etc/systemd/system/${unit}.d/${name}.conf`, text)
      for (const unit of UNITS) dropIn(unit, 'soon', '[Service]\nRestartSec=1\n')
      for (const name of STAND_INS) dropIn(`${name}.service`, 'stand-in', STAND_IN_DROP_IN)
      await machine.boot()
    })
    afterAll(async () => {
      await machine.dispose()
      rmSync(programs, { recursive: true, force: true })
    })

    it('runs everything, with flags and files that Kubernetes itself knows', async () => {
      await untilAllRun()
      expect(await machine.run('systemctl', 'is-system-running')).toBe('running')
    })

    it('has no warning of Node in the journal of certmgr', async () => {
      const words = ['--no-pager', '--output=cat', '--unit=certmgr.service']
      expect(await machine.run('journalctl', ...words)).not.toContain('Warning')
    })

    it('starts each after what it needs', async () => {
      const order = ['etcd.service', 'kube-apiserver.service', 'kube-controller-manager.service']
      const times = await Promise.all(order.map(startedAt))
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    })

    it.each(TRIED)('%s comes back from a kill, a stop and a restart', async (unit) => {
      await machine.run('systemctl', 'kill', '--signal=KILL', unit)
      await untilAllRun([unit])
      await machine.run('systemctl', 'stop', unit)
      expect(['inactive', 'failed']).toContain(await stateOf(unit))
      await machine.run('systemctl', 'start', unit)
      await machine.run('systemctl', 'restart', unit)
      await untilAllRun()
    })

    it('shows renewed certificates, and restarts nothing that reads them by itself', async () => {
      await until(async () => !(await servedSerials()).includes(''), SOON)
      const before = await pidsOf(Object.keys(SERVED))
      const old = await servedSerials()
      await machine.run(`${PROGRAMS}/certmgr`, 'renew')
      await until(async () => {
        const now = await servedSerials()
        return now.every((serial, index) => serial !== '' && serial !== old[index])
      }, SOON)
      expect(await pidsOf(Object.keys(SERVED))).toEqual(before)
    })

    it('is whole again after a power cut', async () => {
      await machine.cutPower()
      await machine.boot()
      await untilAllRun()
    })

    it('converges in whatever order its certificates arrive', async () => {
      await machine.run('systemctl', 'stop', 'certmgr.service')
      await machine.cutPower()
      const random = seededRandom(36)
      const files = NODE_CERTIFICATES.flatMap(({ certificate, key }) => [certificate, key])
        .map((path) => join(machine.root, path))
        .filter((path) => existsSync(path))
        .map((path) => ({ path, place: random() }))
        .toSorted((a, b) => a.place - b.place)
      for (const { path } of files) renameSync(path, `${path}.later`)
      writeIn(machine.root, DROP_IN, '[Unit]\nConditionPathExists=/nothing\n')
      await machine.powerOn()
      for (const { path } of files) {
        renameSync(`${path}.later`, path)
        await stateOf('kube-apiserver.service')
      }
      await untilAllRun(UNITS.filter((unit) => unit !== 'certmgr.service'))
    })
  },
)
