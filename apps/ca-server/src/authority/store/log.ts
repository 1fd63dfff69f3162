export interface LogEntry {
  readonly sequence: number
  readonly at: string
  readonly kind: string
  readonly actor: string
  readonly body: Record<string, unknown>
}

export interface LogReading {
  listLog(limit: number): Promise<LogEntry[]>
}

export interface LogWriting {
  appendLog(entry: Omit<LogEntry, 'sequence'>): Promise<void>
}
