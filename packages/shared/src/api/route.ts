import type * as v from 'valibot'

/** The listener that a route belongs to, which decides who may call it. */
export type Listener = 'join' | 'node' | 'operator'

export interface Route {
  readonly listener: Listener
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query?: v.GenericSchema
  readonly body?: v.GenericSchema
  readonly reply: v.GenericSchema
}
