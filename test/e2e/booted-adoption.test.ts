import { describe, expect, it, onTestFinished } from 'vitest'
import { makeMachine, obstacleToBoot } from '../support/booted-machine/booted-machine.ts'
import { enableUnit } from '../support/booted-machine/machine-root.ts'
import { installProgram, PROGRAMS } from '../support/booted-machine/node-machine.ts'
import { createEasyCertsCa } from '../support/cfssl/start-cfssl.ts'
import { CERTMGR_CONFIG } from '../support/join/easycerts-node.ts'
import { importedCa, oldWorker, pairsOf, ticketFor } from '../support/join/old-worker.ts'

/** It boots a machine for what the other tests of adoption show by its parts. */
const obstacle = process.env['SOAK'] === 'full' ? obstacleToBoot(['cfssl']) : 'only with SOAK=full'
const title = 'a booted worker of easyCerts'

/** Whatever stands for the old daemon and the components: only that they run matters. */
const sleeper = (words = ''): string =>
  [
    '[Service]',
    `ExecStart=/bin/sh -c "exec sleep infinity" sh ${words}`,
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n')

describe.skipIf(obstacle !== undefined)(
  obstacle === undefined ? title : `${title} (skipped: ${obstacle})`,
  () => {
    it('changes its daemon in one step, restarts nothing else, and has it back after a reset', async () => {
      const ca = createEasyCertsCa('kubernetes-cluster-ca')
      const machine = makeMachine()
      onTestFinished(() => machine.dispose())
      const node = await oldWorker(ca, machine.root)
      const components = ['kubelet', 'kube-proxy', 'flannel'].map((name) => `${name}.service`)
      const old = sleeper(`-f ${CERTMGR_CONFIG}`)
      for (const unit of [...components, 'certmgr.service']) {
        node.write(`/etc/systemd/system/${unit}`, unit === 'certmgr.service' ? old : sleeper())
        enableUnit(machine.root, unit)
      }
      for (const program of ['certmgr', 'node-join'] as const) installProgram(machine.root, program)
      const server = await importedCa(ca)
      onTestFinished(() => server.dispose())
      const before = pairsOf(node)
      const nodeJoin = (words: string) =>
        machine.run('sh', '-c', `${PROGRAMS}/node-join --program-directory ${PROGRAMS} ${words}`)
      const pids = () => Promise.all(components.map((unit) => machine.show(unit, 'MainPID')))
      await machine.boot()
      const running = await pids()

      node.write('/srv/ticket', await ticketFor(server, 'worker-1'), 0o600)
      await nodeJoin('< /srv/ticket')
      expect(await machine.show('certmgr.service', 'StatusText')).toMatch(/all well; CA reachable/)
      expect(await pids()).toEqual(running)
      expect(pairsOf(node)).toEqual(before)

      await nodeJoin('reset --yes')
      expect(node.read('/etc/systemd/system/certmgr.service')).toBe(old)
      expect(await machine.show('certmgr.service', 'ActiveState')).toBe('active')
      expect(await machine.show('certmgr.service', 'UnitFileState')).toBe('enabled')
      expect(await machine.run('systemctl', 'cat', 'certmgr.service')).toContain('sleep infinity')
      expect(await pids()).toEqual(running)
      expect(pairsOf(node)).toEqual(before)
    }, 120_000)
  },
)
