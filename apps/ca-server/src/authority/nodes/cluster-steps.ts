import type { Role } from '@easycerts/shared/cluster'

/** What the CA cannot do for the cluster, to be run by somebody who may. */
export interface ClusterStep {
  readonly command: string
  readonly because: string
}

interface LostNode {
  readonly name: string
  readonly role: Role
  /** Its Node object goes too: it does not come back under its old identity. */
  readonly isLost: boolean
}

/** What keeps a node out of the cluster itself, which looks at no state of this CA. */
export const clusterStepsFor = ({ name, role, isLost }: LostNode): ClusterStep[] => [
  { command: `kubectl cordon ${name}`, because: 'nothing new is scheduled there' },
  {
    command: `kubectl drain ${name} --ignore-daemonsets --delete-emptydir-data`,
    because: 'what runs there moves away',
  },
  ...(isLost
    ? [
        {
          command: `kubectl delete node ${name}`,
          because:
            'the node authorizer lets its kubelet read nothing more once no pod is bound to it',
        },
      ]
    : []),
  ...(role === 'master'
    ? [
        {
          command: `etcdctl member list   # then: etcdctl member remove ID of ${name}`,
          because:
            'its etcd certificates open etcd until they end; a member that is out is no peer',
        },
      ]
    : []),
]
