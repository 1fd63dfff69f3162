/** How much there is, for the metrics; every count is cheap however much that is. */
export interface RecordCounts {
  /** By state. */
  readonly nodes: Readonly<Record<string, number>>
  /** Those that still let somebody join. */
  readonly tickets: { readonly open: number; readonly bound: number }
  readonly logEntries: number
}

export interface CountReading {
  countRecords(now: string): Promise<RecordCounts>
}
