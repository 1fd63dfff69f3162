import { COMPONENTS_OF_ROLE } from '../component-name.ts'
import { CONFIGURED_COMPONENTS } from '../sections/settings.ts'
import { EVERY_SETTING, fault, type Fault, type Judge, ofFlavour, type Rule } from './rule.ts'

const dockerAlone: Judge = ({ file }) =>
  file.containerRuntime !== undefined && file.containerRuntime.name !== 'docker'
    ? [fault(['containerRuntime', 'name'], 'must be docker: Kubernetes 0.19 knows no other')]
    : []

const noCni: Judge = ({ file }) =>
  file.cni !== undefined && file.cni !== 'none'
    ? [fault(['cni'], 'must be none: Kubernetes 0.19 has no CNI, and the machines bring flannel')]
    : []

const noLaterSettings: Judge = ({ file }): Fault[] => [
  ...(Object.keys(file.featureGates).length > 0
    ? [fault(['featureGates'], 'Kubernetes 0.19 has no feature gates')]
    : []),
  ...(['kube', 'system', 'evictionHard'] as const)
    .filter((key) => file.reserved[key] !== undefined)
    .map((key) => fault(['reserved', key], 'Kubernetes 0.19 reserves nothing')),
  ...CONFIGURED_COMPONENTS.filter((name) => Object.keys(file.settings[name].config).length > 0).map(
    (name) =>
      fault(['settings', name, 'config'], 'Kubernetes 0.19 has flags and no configuration files'),
  ),
  ...file.nodes.flatMap(({ taints, unschedulable }, index) => [
    ...(taints.length > 0
      ? [fault(['nodes', index, 'taints'], 'Kubernetes 0.19 has no taints')]
      : []),
    ...(unschedulable
      ? [
          fault(
            ['nodes', index, 'unschedulable'],
            'Kubernetes 0.19 has no flag for it: use kubectl',
          ),
        ]
      : []),
  ]),
]

const plainFleetMetadata: Judge = ({ file }) =>
  file.nodes.flatMap(({ labels }, index) =>
    Object.entries(labels)
      .filter(([key, value]) => !/^[A-Za-z0-9_.-]+$/.test(key) || value === '')
      .map(([key]) =>
        fault(
          ['nodes', index, 'labels'],
          `${key} cannot be metadata of fleet: a plain key and value`,
        ),
      ),
  )

const kubeletApart: Judge = ({ file }) =>
  (file.fleet?.separation ?? 'conflicts') === 'none'
    ? []
    : file.nodes.flatMap(({ roles, components }, index) =>
        roles.includes('master') &&
        components.apiserver !== false &&
        (roles.includes('node') || components.kubelet === true)
          ? [
              fault(
                ['nodes', index, roles.includes('node') ? 'roles' : 'components'],
                'the kubelet is kept off machines of kube-apiserver: set fleet.separation to none',
              ),
            ]
          : [],
      )

const distinctMetadata: Judge = ({ file }) => {
  const {
    separation,
    leaderMetadata = { role: 'leader' },
    nodeMetadata = { role: 'node' },
  } = file.fleet ?? {}
  return separation === 'metadata' &&
    Object.entries(nodeMetadata).every(([key, value]) => leaderMetadata[key] === value)
    ? [fault(['fleet', 'nodeMetadata'], 'does not tell nodes from leaders')]
    : []
}

/** The one apiserver that single-instance units follow must be somewhere. */
const leaderThere: Judge = ({ file }) =>
  file.nodes.some(
    ({ roles, components }) =>
      components.apiserver ??
      (!file.without.includes('apiserver') &&
        roles.some((role) => COMPONENTS_OF_ROLE[role].includes('apiserver'))),
  )
    ? []
    : [fault(['nodes'], 'no machine runs kube-apiserver')]

const JUDGES: readonly Judge[] = [
  dockerAlone,
  noCni,
  noLaterSettings,
  plainFleetMetadata,
  kubeletApart,
  distinctMetadata,
  leaderThere,
]

/** What Kubernetes 0.19 under fleet has no place for, so that nothing is left out in silence. */
export const FLEET_RULES: readonly Rule[] = [
  ofFlavour('fleet', [...EVERY_SETTING, 'fleet'], JUDGES),
]
