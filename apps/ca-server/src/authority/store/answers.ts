/** An answer that was given under an idempotency key, to be given again. */
export interface AnswerRow {
  /** Whoever asked; a key of one requester says nothing of another's. */
  readonly requester: string
  readonly key: string
  /** SHA-256 over method, path and body, hex. */
  readonly requestHash: string
  /** JSON. */
  readonly body: string
  readonly createdAt: string
}

export interface AnswerReading {
  findAnswer(requester: string, key: string): Promise<AnswerRow | undefined>
}

export interface AnswerWriting {
  /** Takes the place of an expired answer under the same key. */
  putAnswer(row: AnswerRow): Promise<void>
  /** At most so many; how many there were. */
  removeAnswersBefore(createdAt: string, limit: number): Promise<number>
}
