import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { obstacleToBoot } from '../support/booted-machine/booted-machine.ts'
import { MASTER_ADDRESS } from '../support/booted-machine/join-master.ts'
import { makeNixosMachine, type NixosMachine } from '../support/units/nixos-machine.ts'
import { SERVING } from '../support/units/nixos-stand-ins.ts'
import { until } from '../support/until.ts'

const obstacle = obstacleToBoot(['etcd', 'ip', 'openssl', 'curl'])
const title = 'a master of NixOS that systemd has booted'

/** The stand-ins among them say that they serve; systemd itself knows the others to be ready. */
const STANDING_IN = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  ...['kubelet', 'flannel', 'kube-proxy', 'kube-addon-manager'],
].map((name) => `${name}.service`)
const SERVICES = ['etcd.service', ...STANDING_IN, 'kube-addon-manager-bootstrap.service']

/** Where those of them listen that serve TLS, and whether a new certificate needs a restart. */
const SERVED = [
  ['etcd.service', '127.0.0.1:2379', false],
  ['kube-apiserver.service', `${MASTER_ADDRESS}:6443`, true],
  ['kube-controller-manager.service', '127.0.0.1:10252', true],
  ['kubelet.service', '127.0.0.1:10250', true],
] as const

const IS_FULL = process.env['SOAK'] === 'full'

/** All of them in full. */
const TRIED = IS_FULL ? SERVICES : ['etcd.service', 'kube-apiserver.service', 'kubelet.service']
const SOON = { within: 30_000, every: 200 }

/** Deterministic, and another order for each design. */
const shuffled = (values: readonly string[], seed: number): string[] =>
  values
    .map((value, index) => ({ value, rank: ((index + 1) * seed * 7919) % 10_007 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ value }) => value)

describe.skipIf(obstacle !== undefined)(
  obstacle === undefined ? title : `${title} (skipped: ${obstacle})`,
  () => {
    describe.each(['eventual', 'online-targets'] as const)('by %s', (form) => {
      let machine: NixosMachine

      const valuesOf = async (property: string, units: readonly string[]): Promise<string[]> =>
        (await machine.run('systemctl', 'show', `--property=${property}`, ...units))
          .split('\n\n')
          .map((line) => line.split('=')[1] ?? '')
      const statesOf = (units: readonly string[]): Promise<string[]> =>
        valuesOf('ActiveState', units)
      const entered = async (unit: string): Promise<number> =>
        Number(await machine.show(unit, 'ActiveEnterTimestampMonotonic'))
      const begun = async (unit: string): Promise<number> =>
        Number(await machine.show(unit, 'InactiveExitTimestampMonotonic'))
      const isUp = async (units: readonly string[] = SERVICES): Promise<boolean> => {
        const words = ['show', '--property=ActiveState', '--property=StatusText', ...units]
        const blocks = (await machine.run('systemctl', ...words)).split('\n\n')
        return units.every((unit, index) => {
          const block = `${blocks[index] ?? ''}\n`
          const isReady = !STANDING_IN.includes(unit) || block.includes(`StatusText=${SERVING}\n`)
          return block.includes('ActiveState=active\n') && isReady
        })
      }
      const servedSerial = (place: string): Promise<string> => {
        const show = `openssl s_client -connect ${place} </dev/null | openssl x509 -noout -serial`
        return machine.run('sh', '-c', show).catch(() => '')
      }
      const servedSerials = (): Promise<string[]> =>
        Promise.all(SERVED.map(([, place]) => servedSerial(place)))

      beforeAll(async () => {
        machine = await makeNixosMachine(form)
        await machine.powerOn()
      })
      afterAll(() => machine.dispose())

      it('runs nothing of the cluster before its certificates come', async () => {
        expect(machine.certificates.length).toBeGreaterThan(20)
        await until(() => isUp(['docker.service', 'docker-seed-images.service']), SOON)
        // A service is active for the moment in which it finds that something is missing.
        await until(async () => !(await statesOf(SERVICES)).includes('active'), SOON)
      })

      it('runs all of it once they are there, whatever their order', async () => {
        for (const path of shuffled(machine.certificates, form.length)) {
          expect(await isUp()).toBe(false)
          machine.arrive(path)
        }
        await until(isUp, SOON)
        await until(() => isUp(['kubernetes.target']), SOON)
        const failed = ['list-units', '--state=failed', '--plain', '--no-legend', '*.path']
        expect(await machine.run('systemctl', ...failed)).toBe('')
      })

      it('has docker in the subnet that flannel has found', async () => {
        const starts = (): string[] =>
          readFileSync(`${machine.root}/run-docker-starts`, 'utf8').trim().split('\n')
        await until(
          async () => {
            await machine.run('cp', '/run/docker-starts', '/run-docker-starts')
            return starts().at(-1)?.endsWith('--bip=10.1.7.1/24') === true
          },
          { within: 10_000, every: 200 },
        )
        expect(starts()).toHaveLength(2)
        expect(starts()[0]).toMatch(/ -b none$/)
      })

      if (form === 'online-targets') {
        it('has started in the order that the targets say', async () => {
          for (const [first, second] of [
            ['etcd.service', 'kube-apiserver.service'],
            ['kube-apiserver.service', 'kube-control-plane-online.service'],
            ['kube-control-plane-online.target', 'kubelet.service'],
            ['kubelet.service', 'flannel.service'],
            ['flannel.service', 'kubelet-online.service'],
            ['docker.service', 'kubelet-online.service'],
            ['kubelet-online.service', 'kube-proxy.service'],
            ['kube-node-online.target', 'kube-addon-manager.service'],
          ] as const)
            expect([first, second, (await entered(first)) <= (await entered(second))]).toEqual([
              first,
              second,
              true,
            ])
          expect(await begun('kube-proxy.service')).toBeGreaterThanOrEqual(
            await entered('kubelet-online.service'),
          )
        })

        it('starts certmgr after ca-server has answered the identity of this node', async () => {
          await machine.startCertmgr()
          expect(await statesOf(['cfssl-online.target', 'certmgr.service'])).toEqual([
            'active',
            'active',
          ])
          expect(await begun('certmgr.service')).toBeGreaterThanOrEqual(
            await entered('cfssl-online.service'),
          )
        })
      }

      it('leaves stopped what somebody has stopped, and starts again what has failed', async () => {
        await machine.run('systemctl', 'stop', 'kube-scheduler.service')
        if (form === 'online-targets')
          await machine.run('systemctl', 'start', 'kubernetes-certificates.service')
        const pid = await machine.show('kubelet.service', 'MainPID')
        await machine.run('kill', '-KILL', pid)
        await until(
          async () =>
            (await machine.show('kubelet.service', 'MainPID')) !== pid &&
            (await isUp(['kubelet.service'])),
          { within: 15_000, every: 100 },
        )
        expect(await statesOf(['kube-scheduler.service'])).toEqual(['inactive'])
        await machine.run('systemctl', 'start', 'kube-scheduler.service')
      })

      const isWhole = IS_FULL || form === 'eventual'

      it.runIf(isWhole)('has each back after a kill, a stop and a restart', async () => {
        for (const unit of TRIED) {
          const runs = (): Promise<void> => until(() => isUp([unit]), SOON)
          const pid = await machine.show(unit, 'MainPID')
          if (pid !== '0') {
            await machine.run('kill', '-KILL', pid)
            await until(async () => (await machine.show(unit, 'MainPID')) !== pid, SOON)
            await runs()
          }
          await machine.run('systemctl', 'stop', unit)
          expect(['inactive', 'failed']).toContain((await statesOf([unit]))[0])
          await machine.run('systemctl', 'start', unit)
          await runs()
          await machine.run('systemctl', 'restart', unit)
          await runs()
        }
        await until(isUp, SOON)
      })

      it.runIf(isWhole)(
        'shows renewed certificates, by restarts where 1.14 needs them',
        async () => {
          if (form === 'eventual') await machine.startCertmgr()
          await until(async () => !(await servedSerials()).includes(''), SOON)
          const old = await servedSerials()
          const pids = await valuesOf(
            'MainPID',
            SERVED.map(([unit]) => unit),
          )
          await machine.certmgr('renew')
          await until(async () => {
            const now = await servedSerials()
            return now.every((serial, index) => serial !== '' && serial !== old[index])
          }, SOON)
          await until(isUp, SOON)
          const now = await valuesOf(
            'MainPID',
            SERVED.map(([unit]) => unit),
          )
          expect(SERVED.map(([unit], index) => [unit, now[index] !== pids[index]])).toEqual(
            SERVED.map(([unit, , isRestarted]) => [unit, isRestarted]),
          )
        },
      )

      it.runIf(isWhole)('is whole again after a power cut', async () => {
        await machine.cutPower()
        await machine.boot()
        await until(() => isUp([...SERVICES, 'certmgr.service']), SOON)
      })
    })
  },
)
