import type { ClusterDescription, DescribedNode } from '../description/index.ts'
import type { NodeStack } from './node-stack.ts'

/** What to write, and for which node of the description. */
export interface StackRequest {
  readonly description: ClusterDescription
  readonly node: DescribedNode
  /** Given when this node also runs the CA: a master's business alone. */
  readonly caServer?: {
    /** Its key-encryption key is a credential that systemd opens. */
    readonly sealedKeys: boolean
  }
  /** certmgr makes a pass now and then instead of staying; absent: it is a daemon. */
  readonly certmgrByTimer?: boolean
  /** Restarts certmgr and ca-server when they send no sign of life for so long; absent: some minutes. */
  readonly watchdogSeconds?: number
  /** The source's own form with its defects named in comments, instead of the repaired one. */
  readonly verbatim?: boolean
}

export type BuildStack = (request: StackRequest) => NodeStack
