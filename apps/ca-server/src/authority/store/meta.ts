/** Facts of the store as a whole. `store-id`: random, made with it; `epoch`: counts its restores. */
export type MetaName = 'store-id' | 'epoch'

export interface MetaReading {
  findMeta(name: MetaName): Promise<string | undefined>
}

export interface MetaWriting {
  putMeta(name: MetaName, value: string): Promise<void>
}
