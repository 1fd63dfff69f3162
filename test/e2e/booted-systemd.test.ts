import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeNodeMachine, type NodeMachine } from '../support/booted-machine/node-machine.ts'
import { obstacleToBoot } from '../support/booted-machine/booted-machine.ts'
import { writeIn } from '../support/booted-machine/machine-root.ts'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { askOnce, type LoadTarget, startTlsLoad } from '../support/consumers/tls-load.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'
import { readProofs } from '../../apps/certmgr/src/state/index.ts'

const obstacle = obstacleToBoot()
const title = 'a node that systemd has booted'

describe.skipIf(obstacle !== undefined)(
  obstacle === undefined ? title : `${title} (skipped: ${obstacle})`,
  () => {
    let ca: CaServerProcess
    let machine: NodeMachine
    let targets: Readonly<Record<'site' | 'shop', LoadTarget>>
    const NAMES = ['site', 'shop'] as const

    const serialOf = (name: string): string => machine.certificate(name).serialNumber
    const serves = async (name: (typeof NAMES)[number]): Promise<boolean> =>
      (await askOnce(targets[name]).catch(() => '')) === serialOf(name)
    // Other tests run beside it.
    const eventually = (condition: () => boolean | Promise<boolean>): Promise<void> =>
      until(condition, { within: 30_000, every: 50 })
    const stateOf = (): Promise<string> => machine.show('certmgr.service', 'ActiveState')
    const timesRead = async (): Promise<number> =>
      (await machine.run('journalctl', '--unit=certmgr', '--output=cat')).split('specs changed')
        .length
    const isProven = (name: string): boolean => {
      const record = readProofs(`${machine.root}/var/lib/easycerts/certmgr/proofs.json`)[name]
      return record?.state === 'proven' && record.serialNumber === serialOf(name)
    }
    const mainPid = (unit = 'certmgr.service'): Promise<string> => machine.show(unit, 'MainPID')
    const untilActive = (old: string): Promise<void> =>
      eventually(async () => (await stateOf()) === 'active' && (await mainPid()) !== old)

    const addDropIn = (line: string): void =>
      writeIn(
        machine.root,
        `etc/systemd/system/certmgr.service.d/${line.split('=')[0]}.conf`,
        `[Service]\n${line}\n`,
      )

    beforeAll(async () => {
      ca = await startCaServer()
      const ports = { nginx: await freePort(), node: await freePort() }
      machine = await makeNodeMachine(ca, ports)
      addDropIn('RestartSec=200ms')
      const options = () => ({
        ca: readFileSync(`${machine.root}/etc/kubernetes/pki/server-ca.crt`),
      })
      targets = {
        site: { port: ports.nginx, options },
        shop: { port: ports.node, options },
      }
      await machine.boot()
    })
    afterAll(async () => {
      await machine.dispose()
      await ca.dispose()
    })

    it('runs certmgr as a service that is ready once it has looked, and says how it is', async () => {
      expect(await stateOf()).toBe('active')
      expect(await machine.show('certmgr.service', 'NRestarts')).toBe('0')
      expect(await machine.show('certmgr.service', 'WatchdogUSec')).toBe('3min')
      expect(await machine.show('certmgr.service', 'StatusText')).toMatch(
        /^\d+ certificates, all well; CA reachable$/,
      )
      for (const name of NAMES) await eventually(() => serves(name))
    })

    it('reloads nginx and a service of Node in five renewals, and no client notices', async () => {
      const before = await Promise.all(NAMES.map((name) => mainPid(`${name}.service`)))
      const loads = NAMES.map((name) => startTlsLoad(targets[name], 1))
      for (let renewal = 0; renewal < 5; renewal++) {
        const old = NAMES.map(serialOf)
        await machine.certmgr('renew', ...NAMES)
        await eventually(() => NAMES.every((name, index) => serialOf(name) !== old[index]))
        await eventually(() => NAMES.every((name, index) => loads[index]?.hasSeen(serialOf(name))))
      }
      for (const load of loads) {
        const { failures, served } = await load.stop()
        expect(failures).toEqual([])
        expect(served).toHaveLength(6)
      }
      expect(await Promise.all(NAMES.map((name) => mainPid(`${name}.service`)))).toEqual(before)
      for (const name of NAMES) await eventually(() => isProven(name))
    })

    it('restarts a service once its spec says so, and proves that it serves what is new', async () => {
      const [pid, old] = [await mainPid('shop.service'), serialOf('shop')]
      const spec = '/etc/easycerts/certmgr.d/shop.yaml'
      const read = await timesRead()
      // By one rename: the name of a half-made copy in that directory would be read for it.
      const made = '/etc/easycerts/shop.new'
      await machine.run('cp', '-p', spec, made)
      await machine.run('sed', '-i', 's/reload:/restart:/', made)
      await machine.run('mv', made, spec)
      // A pass that is under way renews by the spec that it began with.
      await eventually(async () => (await timesRead()) > read)
      await machine.certmgr('renew', 'shop')
      await eventually(() => isProven('shop') && serialOf('shop') !== old)
      expect(await mainPid('shop.service')).not.toBe(pid)
      expect(await serves('shop')).toBe(true)
    })

    it('starts a certmgr that was killed, which does what was asked for meanwhile', async () => {
      const [pid, old] = [await mainPid(), serialOf('site')]
      await machine.run('kill', '-KILL', pid)
      await machine.run('touch', '/var/lib/easycerts/certmgr/renew/site')
      await untilActive(pid)
      await eventually(() => serialOf('site') !== old && serves('site'))
    })

    it('kills and starts a certmgr that hangs', async () => {
      addDropIn('WatchdogSec=2')
      await machine.run('systemctl', 'daemon-reload')
      await machine.run('systemctl', 'restart', 'certmgr.service')
      const pid = await mainPid()
      await machine.run('kill', '-STOP', pid)
      await untilActive(pid)
    })

    it('starts certmgr again until its disk can be written', async () => {
      const [pid, state] = [await mainPid(), '/var/lib/easycerts']
      const copy = `cp -a ${state} /run/copy && mount -t tmpfs -o mode=700 tmpfs ${state}`
      await machine.run('systemctl', 'stop', 'certmgr.service')
      await machine.run('sh', '-c', `${copy} && cp -a /run/copy/. ${state}`)
      await machine.run('mount', '-o', 'remount,ro', state)
      await machine.run('systemctl', 'start', '--no-block', 'certmgr.service')
      const restarts = async () => Number(await machine.show('certmgr.service', 'NRestarts'))
      await eventually(async () => (await restarts()) >= 2)
      expect(await stateOf()).not.toBe('active')
      await machine.run('mount', '-o', 'remount,rw', state)
      await untilActive(pid)
      for (const name of NAMES) await eventually(() => serves(name))
    })

    it('comes back from a reboot with all that was lost before', async () => {
      const old = serialOf('site')
      await machine.run('rm', '/etc/kubernetes/pki/site.crt', '/etc/kubernetes/pki/site.key')
      await machine.reboot()
      await eventually(() => serves('site'))
      expect(serialOf('site')).not.toBe(old)
    })

    it('comes back from a power cut', async () => {
      const old = NAMES.map(serialOf)
      await machine.certmgr('renew')
      await machine.cutPower()
      await machine.boot()
      await eventually(() => NAMES.every((name, index) => serialOf(name) !== old[index]))
      for (const name of NAMES) await eventually(() => serves(name))
    })
  },
)
