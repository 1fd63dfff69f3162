/**
 * Facts of the store as a whole. `store-id`: random, made with it; `epoch`: grows with each restore;
 * `reconcile`: the last restore, see `Reconciliation`; `log-key`: SPKI of the key that signs the log, base64url;
 * `legacy-door`: the operator's last word on it, see `DoorOrder`.
 */
export type MetaName = 'store-id' | 'epoch' | 'reconcile' | 'log-key' | 'legacy-door'

export interface MetaReading {
  findMeta(name: MetaName): Promise<string | undefined>
}

export interface MetaWriting {
  putMeta(name: MetaName, value: string): Promise<void>
}
