import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CA_PATHS } from '@easycerts/shared/layout'
import { stringify } from 'yaml'
import { type BootedMachine, makeMachine } from '../booted-machine/booted-machine.ts'
import {
  joinMaster,
  MASTER_ADDRESS,
  MASTER_NAME,
  MASTER_WORDS,
  prepareMaster,
  PROGRAM_DIRECTORY,
} from '../booted-machine/join-master.ts'
import { writeIn } from '../booted-machine/machine-root.ts'
import { freePort } from '../free-port.ts'
import { installStandIns, STAND_INS } from './nixos-stand-ins.ts'

/** A master that runs pods too, with the CA on it: it has joined, and its certificates were taken away. */
export interface NixosMachine extends BootedMachine {
  /** Every file that was taken away. */
  readonly certificates: readonly string[]
  /** One of them comes, as certmgr publishes it: whole, by a rename. */
  readonly arrive: (path: string) => void
  /** certmgr, which would bring all of them at once, may start from now on. */
  readonly startCertmgr: () => Promise<void>
  readonly certmgr: (...words: readonly string[]) => Promise<string>
}

type StartDesign = 'eventual' | 'online-targets'

const SECRETS = '/var/lib/kubernetes/secrets'
const HELD = 'etc/systemd/system/certmgr.service.d/held.conf'

/** Quicker than life; systemd-notify(1) speaks for stand-ins. */
const DROP_INS: Readonly<Record<string, string>> = {
  'service.d/10-quick.conf': '[Service]\nNotifyAccess=all\nRestartSec=300ms\nTimeoutStopSec=3s\n',
  'kubernetes-certificates.timer.d/10-quick.conf':
    '[Timer]\nOnBootSec=\nOnBootSec=1s\nOnUnitInactiveSec=1s\nAccuracySec=50ms\n',
  'certmgr.service.d/held.conf': '[Unit]\nConditionPathExists=/nothing\n',
}

const descriptionOf = (startDesign: StartDesign, caPort: number): object => ({
  ...{ name: 'demo', flavour: 'nixos', layout: 'nixos', kubernetesVersion: '1.14' },
  networks: { services: '10.0.0.0/24', pods: '10.1.0.0/16' },
  masterAddress: MASTER_ADDRESS,
  nodes: [{ name: MASTER_NAME, roles: ['master', 'node'], addresses: [MASTER_ADDRESS] }],
  programs: {
    kubernetesBinDirectory: STAND_INS,
    flanneld: `${STAND_INS}/flanneld`,
    kubeAddons: `${STAND_INS}/kube-addons`,
    node: process.execPath,
    certmgr: `${PROGRAM_DIRECTORY}/certmgr`,
    caServer: `${PROGRAM_DIRECTORY}/ca-server`,
  },
  nixos: {
    startDesign,
    certificateAuthority: `127.0.0.1:${caPort}`,
    path: [STAND_INS],
    docker: { program: `${STAND_INS}/dockerd` },
  },
})

export const makeNixosMachine = async (startDesign: StartDesign): Promise<NixosMachine> => {
  const machine = makeMachine({ words: MASTER_WORDS })
  const { root } = machine
  prepareMaster(root)
  installStandIns(root)
  writeIn(root, '/var/lib/kubernetes/images/pause.tar', '')
  await joinTo(root, startDesign)
  for (const [path, text] of Object.entries(DROP_INS))
    writeIn(root, `etc/systemd/system/${path}`, text)
  const certificates = readdirSync(join(root, SECRETS)).map((name) => `${SECRETS}/${name}`)
  for (const path of certificates) renameSync(join(root, path), join(root, `${path}.later`))
  const certmgr = (...words: readonly string[]): Promise<string> =>
    machine.run(`${PROGRAM_DIRECTORY}/certmgr`, ...words)
  return {
    ...machine,
    certificates: certificates.toSorted(),
    arrive: (path) => renameSync(join(root, `${path}.later`), join(root, path)),
    startCertmgr: async () => {
      rmSync(join(root, HELD))
      await machine.run('systemctl', 'daemon-reload')
      await machine.run('systemctl', 'start', 'certmgr.service')
    },
    certmgr,
  }
}

const joinTo = async (root: string, startDesign: StartDesign): Promise<void> => {
  const [joinPort, nodePort] = [await freePort(), await freePort()]
  const file = join(root, 'etc/cluster.yaml')
  writeFileSync(file, stringify(descriptionOf(startDesign, nodePort)))
  await joinMaster(root, true, {
    ports: { joinPort, nodePort },
    initArgs: [
      ...['--apiserver', `https://${MASTER_ADDRESS}:6443`],
      ...['--service-cidr', '10.0.0.0/24', '--pod-cidr', '10.1.0.0/16'],
    ],
    editConfig: (text) =>
      text
        .replace(/^cluster:\n/m, `cluster:\n  description: ${file}\n`)
        .replace(/^( +kubernetesVersion:).*$/m, "$1 '1.14'"),
  })
  // From now on the CA is inside, where / is another.
  const settings = join(root, CA_PATHS.dataDirectory, 'ca-server.yaml')
  writeFileSync(settings, readFileSync(settings, 'utf8').replace(file, '/etc/cluster.yaml'))
}
