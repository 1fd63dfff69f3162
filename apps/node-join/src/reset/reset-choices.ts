/** What the operator asked of a reset beyond the usual. */
export interface ResetChoices {
  /** Files that somebody changed after the join go too. */
  readonly force: boolean
  readonly keepUnits: boolean
  /** The data of etcd, which may be the only copy of the cluster's state. */
  readonly withEtcdData: boolean
  /** The key of the tokens that pods of the whole cluster hold. */
  readonly withServiceAccountKey: boolean
}
