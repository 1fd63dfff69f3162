import type { Directive, Unit } from '../systemd/index.ts'
import { KUBERNETES_SLICE, KUBERNETES_TARGET, type ServiceFiles } from './component-service.ts'
import { hasFlannel, type NixosFacts, runs } from './nixos-facts.ts'

export const CONTROL_PLANE_ONLINE = 'kube-control-plane-online.target'
export const NODE_ONLINE = 'kube-node-online.target'
export const KUBELET_TARGET = 'kubelet.target'
export const FLANNEL_TARGET = 'flannel.target'
export const CA_ONLINE = 'cfssl-online.target'

interface TargetRow {
  readonly name: string
  readonly description: string
  readonly wantedBy: string
  readonly after?: string
  /** Absent: on every node. */
  readonly isFor?: (facts: NixosFacts) => boolean
}

const TARGETS: readonly TargetRow[] = [
  {
    name: CONTROL_PLANE_ONLINE,
    description: 'The control plane answers',
    wantedBy: KUBERNETES_TARGET,
  },
  {
    name: NODE_ONLINE,
    description: 'This node can run pods',
    wantedBy: KUBERNETES_TARGET,
  },
  {
    name: KUBELET_TARGET,
    description: 'The kubelet runs',
    wantedBy: NODE_ONLINE,
    isFor: (facts) => runs(facts, 'kubelet'),
  },
  {
    name: FLANNEL_TARGET,
    description: 'This node has its part of the network of pods',
    wantedBy: NODE_ONLINE,
    isFor: hasFlannel,
  },
  {
    name: CA_ONLINE,
    description: 'The certificate authority answers',
    wantedBy: 'multi-user.target',
    after: 'network-online.target',
    isFor: (facts) => facts.form !== 'verbatim' && runs(facts, 'certificates'),
  },
]

const targetUnit = ({ name, description, wantedBy, after }: TargetRow): Unit => ({
  name,
  sections: [
    {
      name: 'Unit',
      directives: [
        ['Description', description],
        ...(wantedBy.startsWith('kube') ? ([['Before', wantedBy]] as const) : []),
        ...(after === undefined
          ? []
          : ([
              ['Wants', after],
              ['After', after],
            ] as const)),
      ],
    },
    { name: 'Install', directives: [['WantedBy', wantedBy]] },
  ],
})

const KUBERNETES: TargetRow = {
  name: KUBERNETES_TARGET,
  description: 'Kubernetes',
  wantedBy: 'multi-user.target',
}

const ACCOUNTING: readonly Directive[] = [
  ['CPUAccounting', 'yes'],
  ['MemoryAccounting', 'yes'],
]

const slice: Unit = {
  name: KUBERNETES_SLICE,
  sections: [
    { name: 'Unit', directives: [['Description', 'Components of Kubernetes']] },
    { name: 'Slice', directives: ACCOUNTING },
  ],
}

/** Units that are neither started nor stopped for themselves. */
export const clusterUnits = (facts: NixosFacts): ServiceFiles => {
  const targets = facts.form === 'eventual' ? [] : TARGETS
  return {
    units: [
      slice,
      targetUnit(KUBERNETES),
      ...targets.filter(({ isFor }) => isFor?.(facts) ?? true).map(targetUnit),
    ],
    files: [],
  }
}
