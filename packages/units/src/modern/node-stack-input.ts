import type { StackRequest } from '../stack/index.ts'

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

/** A request whose programs all have a place. */
export interface NodeStackInput extends Omit<StackRequest, 'verbatim'> {
  readonly programs: Programs
}

const PRESET: Programs = {
  node: '/usr/bin/node',
  certmgr: '/usr/lib/easycerts/certmgr.js',
  caServer: '/usr/lib/easycerts/ca-server.js',
}

export const programsOf = ({ description }: StackRequest): Programs => ({
  ...PRESET,
  ...Object.fromEntries(
    Object.entries(description.programs).filter(([, path]) => path !== undefined),
  ),
})
