/** What a step came to: its value, and the words that report it. */
export interface Outcome<Value> {
  readonly value: Value
  readonly done: string
}

/** Tells, step by step, what join does. */
export interface Progress {
  /** Runs one step: a line when it starts ('verifying the CA') and one when it has ended. */
  step<Value>(title: string, work: () => Promise<Outcome<Value>>): Promise<Value>
  /** The step that runs now, for the message of a time limit. */
  readonly current: () => string
}

export type Marks = { readonly started: string; readonly done: string; readonly failed: string }

export const UNICODE_MARKS: Marks = { started: '…', done: '✓', failed: '✗' }
/** For logs and pipes, where not every reader knows UTF-8. */
export const ASCII_MARKS: Marks = { started: '..', done: 'ok', failed: '!!' }

/** `say` gets each line; without marks nothing is said. */
export const createProgress = (say: (line: string) => void, marks: Marks | undefined): Progress => {
  let running = 'starting'
  const tell = (mark: keyof Marks, text: string) => marks && say(`${marks[mark]} ${text}`)
  return {
    current: () => running,
    step: async (title, work) => {
      running = title
      tell('started', title)
      try {
        const { value, done } = await work()
        tell('done', done)
        return value
      } catch (error) {
        tell('failed', title)
        throw error
      }
    },
  }
}
