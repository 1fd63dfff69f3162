import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeMachine, type BootedMachine } from '../booted-machine/booted-machine.ts'
import { writeIn } from '../booted-machine/machine-root.ts'
import { installStandIns, STAND_INS } from './stand-ins.ts'
import { nixosStackOf, type NixosForm } from './nixos-samples.ts'

/** A master that runs pods too, before any certificate has come. */
export interface NixosMachine extends BootedMachine {
  /** Every file that must come before all runs. */
  readonly certificates: readonly string[]
  /** One of them comes, as certmgr publishes it: whole, by a rename. */
  readonly arrive: (path: string) => void
  /** As the boot would, but it is waited for by the test. */
  readonly begin: () => Promise<void>
}

const MASTER_WITHOUT_CA = {
  without: ['certificates'],
  programs: {
    kubernetesBinDirectory: STAND_INS,
    etcd: `${STAND_INS}/etcd`,
    flanneld: `${STAND_INS}/flanneld`,
    kubeAddons: `${STAND_INS}/kube-addons`,
  },
}

const NIXOS = { path: [STAND_INS], docker: { program: `${STAND_INS}/dockerd` } }

/** Quicker than life, and what is ready leaves a sign that stand-ins look at. */
const DROP_INS: Readonly<Record<string, string>> = {
  'service.d/10-quick.conf': '[Service]\nNotifyAccess=all\nRestartSec=300ms\n',
  'etcd.service.d/10-sign.conf': '[Service]\nExecStartPost=+/bin/touch /run/etcd-is-ready\n',
  'kube-apiserver.service.d/10-sign.conf':
    '[Service]\nExecStartPost=+/bin/touch /run/apiserver-is-ready\n',
  'kubernetes-certificates.timer.d/10-quick.conf':
    '[Timer]\nOnBootSec=\nOnBootSec=1s\nOnUnitInactiveSec=1s\nAccuracySec=50ms\n',
}

const USERS = ['kubernetes:x:900:900::/:/bin/false', 'etcd:x:901:901::/:/bin/false']
const GROUPS = ['kubernetes:x:900:', 'etcd:x:901:', 'docker:x:902:']

export const makeNixosMachine = (form: NixosForm): NixosMachine => {
  const machine = makeMachine()
  const { root } = machine
  const stack = nixosStackOf({ form, nixos: NIXOS, more: MASTER_WITHOUT_CA })
  for (const { path, content, mode } of stack.files) {
    writeIn(root, path, content)
    chmodSync(join(root, path), mode)
  }
  for (const [path, text] of Object.entries(DROP_INS))
    writeIn(root, `etc/systemd/system/${path}`, text)
  appendFileSync(join(root, 'etc/passwd'), `${USERS.join('\n')}\n`)
  appendFileSync(join(root, 'etc/group'), `${GROUPS.join('\n')}\n`)
  writeIn(root, '/var/lib/kubernetes/images/pause.tar', '')
  // Others than root look for their files there, too.
  chmodSync(root, 0o755)
  installStandIns(root)
  // A boot is over once all jobs are, and these wait for certificates.
  const later = ['kubernetes.target', 'etcd.service']
  const early = stack.units.filter((unit) => !later.includes(unit))
  const enable = spawnSync('systemctl', [`--root=${root}`, 'enable', ...early], {
    encoding: 'utf8',
  })
  if (enable.status !== 0) throw new Error(enable.stderr)
  const named = stack.files.flatMap(({ content }) =>
    [...content.matchAll(/\/var\/lib\/kubernetes\/secrets\/[a-z-]+\.pem/g)].map(([path]) => path),
  )
  return {
    ...machine,
    certificates: [...new Set(named)].toSorted(),
    arrive: (path) => {
      const whole = join(root, path)
      mkdirSync(dirname(whole), { recursive: true })
      writeFileSync(`${whole}.new`, path)
      renameSync(`${whole}.new`, whole)
    },
    begin: async () => {
      await machine.run('systemctl', 'start', '--no-block', ...later)
    },
  }
}
