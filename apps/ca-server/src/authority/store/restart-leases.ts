import type { RestartLease } from '@easycerts/shared/restart-lease'

export interface RestartLeaseReading {
  /** The last lease of each node and component, ended or not, of nodes that are joined. */
  listRestartLeases(): Promise<RestartLease[]>
}

export interface RestartLeaseWriting {
  /** In place of the last one of its node and component. */
  putRestartLease(lease: RestartLease): Promise<void>
}
