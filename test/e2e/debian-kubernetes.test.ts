import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BootedMachine } from '../support/booted-machine/booted-machine.ts'
import { enableUnit, writeIn } from '../support/booted-machine/machine-root.ts'
import { makeMasterMachine } from '../support/booted-machine/master-machine.ts'
import { makeStandIns, STAND_IN_DROP_IN } from '../support/stand-ins/stand-in-programs.ts'
import { until } from '../support/until.ts'

/** Where `scripts/build-debian-kubernetes` has left its programs; without them there is nothing to ask. */
const BUILT = process.env['DEBIAN_KUBERNETES']

const UNITS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'containerd',
  'kubelet',
  'kube-proxy',
].map((name) => `${name}.service`)

/** systemd-nspawn brings none of the controllers of version 1, without which this kubelet does not start. */
const CONTROLLERS = `[Unit]
Before=kubelet.service
ConditionPathIsDirectory=/sys/fs/cgroup/systemd
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/mount -o remount,rw /sys/fs/cgroup
ExecStart=/bin/sh -ec 'for each in cpu cpuacct cpuset memory devices freezer blkio pids; do \\
  mkdir -p /sys/fs/cgroup/$$each; mount -t cgroup -o $$each cgroup /sys/fs/cgroup/$$each; done'
[Install]
WantedBy=multi-user.target
`

describe.skipIf(BUILT === undefined)('a master of Kubernetes 1.20, by its own programs', () => {
  let machine: BootedMachine
  let programs: string

  const kubectl = (...words: readonly string[]): Promise<string> =>
    machine.run('kubectl', '--kubeconfig=/etc/kubernetes/cluster-admin.kubeconfig', ...words)
  const journalOf = (unit: string): Promise<string> =>
    machine.run('journalctl', '--no-pager', '--output=cat', `--unit=${unit}`)

  beforeAll(async () => {
    programs = mkdtempSync(join(tmpdir(), 'easycerts-programs-'))
    // flanneld alone is not built.
    const standIns = makeStandIns('1.20.2')
    cpSync(standIns, programs, { recursive: true })
    rmSync(standIns, { recursive: true })
    // It becomes /usr, for users who are not root too.
    chmodSync(programs, 0o755)
    for (const name of readdirSync(BUILT ?? ''))
      cpSync(join(BUILT ?? '', name), join(programs, 'bin', name))
    machine = await makeMasterMachine({
      programs,
      kubernetesVersion: '1.20',
      clusterAdmin: true,
      words: ['--capability=all', '--bind=/dev/kmsg', '--system-call-filter=@keyring @mount bpf'],
      environment: ['SYSTEMD_NSPAWN_API_VFS_WRITABLE=1'],
    })
    const dropIn = 'etc/systemd/system/flanneld.service.d/stand-in.conf'
    writeIn(machine.root, dropIn, STAND_IN_DROP_IN)
    writeIn(machine.root, 'etc/systemd/system/controllers.service', CONTROLLERS)
    enableUnit(machine.root, 'controllers.service')
    await machine.powerOn()
  })
  afterAll(async () => {
    await machine.dispose()
    rmSync(programs, { recursive: true, force: true })
  })

  it('starts with the generated flags and files', async () => {
    await until(
      async () => {
        const states = await Promise.all(UNITS.map((unit) => machine.show(unit, 'ActiveState')))
        return states.every((state) => state === 'active')
      },
      { within: 120_000, every: 500 },
    )
    for (const unit of UNITS)
      expect(await journalOf(unit)).not.toMatch(/unknown flag|unknown field/)
  })

  it('becomes Ready under its own name', async () => {
    await until(async () => / Ready /.test(await kubectl('get', 'nodes').catch(() => '')), {
      within: 120_000,
      every: 1000,
    })
    expect(await kubectl('get', 'nodes', '--output=name')).toBe('node/master-1')
  })
})
