import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { obstacleToBoot } from '../support/booted-machine/booted-machine.ts'
import { makeNixosMachine, type NixosMachine } from '../support/units/nixos-machine.ts'
import { until } from '../support/until.ts'

const obstacle = obstacleToBoot()
const title = 'a master of NixOS that systemd has booted'

const SERVICES = [
  ...['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  ...['kube-addon-manager-bootstrap', 'kubelet', 'flannel', 'kube-proxy', 'kube-addon-manager'],
].map((name) => `${name}.service`)

/** Deterministic, and another order for each design. */
const shuffled = (values: readonly string[], seed: number): string[] =>
  values
    .map((value, index) => ({ value, rank: ((index + 1) * seed * 7919) % 10_007 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ value }) => value)

describe.skipIf(obstacle !== undefined)(
  obstacle === undefined ? title : `${title} (skipped: ${obstacle})`,
  () => {
    describe.each(['online-targets', 'eventual'] as const)('by %s', (form) => {
      let machine: NixosMachine

      const statesOf = async (units: readonly string[]): Promise<string[]> => {
        const text = await machine.run('systemctl', 'show', '--property=ActiveState', ...units)
        return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split('=')[1] ?? '']))
      }
      const entered = async (unit: string): Promise<number> =>
        Number(await machine.show(unit, 'ActiveEnterTimestampMonotonic'))
      const begun = async (unit: string): Promise<number> =>
        Number(await machine.show(unit, 'InactiveExitTimestampMonotonic'))
      const isUp = async (): Promise<boolean> =>
        (await statesOf(SERVICES)).every((state) => state === 'active')

      beforeAll(async () => {
        machine = makeNixosMachine(form)
        await machine.boot()
        await machine.begin()
      })
      afterAll(() => machine.dispose())

      it('runs nothing of the cluster before its certificates come', async () => {
        expect(machine.certificates.length).toBeGreaterThan(20)
        expect(await statesOf(SERVICES)).not.toContain('active')
        expect(await statesOf(['docker.service', 'docker-seed-images.service'])).toEqual([
          'active',
          'active',
        ])
      })

      it('runs all of it once they are there, whatever their order', async () => {
        for (const path of shuffled(machine.certificates, form.length)) {
          expect(await isUp()).toBe(false)
          machine.arrive(path)
        }
        await until(isUp, { within: 30_000, every: 200 })
        expect(await statesOf(['kubernetes.target'])).toEqual(['active'])
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
          await until(async () => (await statesOf(['kubernetes.target']))[0] === 'active', {
            within: 10_000,
            every: 200,
          })
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
            (await statesOf(['kubelet.service']))[0] === 'active',
          { within: 15_000, every: 100 },
        )
        expect(await statesOf(['kube-scheduler.service'])).toEqual(['inactive'])
      })
    })
  },
)
