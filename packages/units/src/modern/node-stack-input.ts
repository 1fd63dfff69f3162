import type { ClusterFacts, NodeFacts } from '@easycerts/shared/cluster'

/** Where the programs of a node stand; a Kubernetes program that is not named is in /usr/bin. */
export interface Programs {
  /** The Node.js executable, which runs the next two. */
  readonly node: string
  readonly certmgr: string
  readonly caServer: string
  /** kubelet, kube-proxy, kubectl and the control plane's programs. */
  readonly kubernetesBinDirectory?: string
  readonly containerd?: string
  readonly flanneld?: string
  readonly etcd?: string
  /** The addon manager's start script, which Kubernetes ships only inside an image. */
  readonly kubeAddons?: string
}

export interface NodeStackInput {
  readonly cluster: ClusterFacts
  readonly node: NodeFacts
  readonly programs: Programs
  /** Given when this node also runs the CA: a master's business alone. */
  readonly caServer?: {
    /** Its key-encryption key is a credential that systemd opens. */
    readonly sealedKeys: boolean
  }
  /** certmgr makes a pass now and then instead of staying; absent: it is a daemon. */
  readonly certmgrByTimer?: boolean
  /** Restarts certmgr and ca-server when they send no sign of life for so long; absent: some minutes. */
  readonly watchdogSeconds?: number
}
