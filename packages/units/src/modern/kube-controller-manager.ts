import { NODE_PATHS } from '@easycerts/shared/layout'
import { HARDENING } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { type Flag, renderFlags } from './flag.ts'
import { bundlePath, certificateOf, kubeconfigPath, unitName } from './layout-lookup.ts'
import { leaderFlags } from './leader-flags.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

const NAME = 'kube-controller-manager'

export const kubeControllerManager = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName(NAME),
      description: 'kube-controller-manager, which brings the cluster to its declared state',
      after: [unitName('kube-apiserver')],
      type: 'exec',
      user: certificateOf(NAME).owner,
      // It exits whenever it loses the lease of the leader.
      restartSeconds: 5,
      command: {
        program: kubernetesProgram(facts.programs, NAME),
        arguments: renderFlags(facts.minor, flags(facts)),
      },
      hardening: HARDENING.leader,
    }),
  ],
  files: [],
})

const flags = ({ cluster }: StackFacts): readonly Flag[] => [
  ['kubeconfig', kubeconfigPath(`${NAME}-client`)],
  ['leader-elect', true],
  ['cluster-name', cluster.name],
  ['allocate-node-cidrs', true],
  ['cluster-cidr', cluster.podCidr],
  ['service-cluster-ip-range', cluster.serviceCidr],
  // No issuer's key leaves the CA, so nothing here can sign; the name changed in 1.28.
  ['controllers', '*,-csrsigning', { before: 28 }],
  ['controllers', '*,-certificatesigningrequest-signing-controller', { since: 28 }],
  ['root-ca-file', bundlePath('server-ca')],
  ['service-account-private-key-file', NODE_PATHS.serviceAccountKey],
  ['use-service-account-credentials', true],
  ['profiling', false],
  ...leaderFlags(NAME),
]
