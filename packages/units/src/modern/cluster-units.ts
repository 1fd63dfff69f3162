import type { Unit } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { KUBERNETES_SLICE, KUBERNETES_TARGET } from './service-unit.ts'

const target: Unit = {
  name: KUBERNETES_TARGET,
  sections: [
    {
      name: 'Unit',
      directives: [
        ['Description', 'Kubernetes on this node'],
        ['Documentation', 'https://kubernetes.io/docs/'],
      ],
    },
    { name: 'Install', directives: [['WantedBy', 'multi-user.target']] },
  ],
}

/** Components, without the pods, which are in a slice that the kubelet makes. */
const slice: Unit = {
  name: KUBERNETES_SLICE,
  sections: [
    { name: 'Unit', directives: [['Description', 'Components of Kubernetes']] },
    { name: 'Slice', directives: [] },
  ],
}

export const clusterUnits = (): ComponentFiles => ({ units: [target, slice], files: [] })
