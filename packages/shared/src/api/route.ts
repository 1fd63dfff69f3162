import type * as v from 'valibot'

/** The listener that a route belongs to, which decides who may call it. */
export type Listener = 'join' | 'node' | 'operator'

export interface Route {
  readonly listener: Listener
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** An operator's route that may be called from afar too, with an operator certificate. */
  readonly operatorCertificate?: true
  readonly query?: v.GenericSchema
  readonly body?: v.GenericSchema
  /** Where a body may be larger than `MAX_BODY_OCTETS`. */
  readonly maxBodyOctets?: number
  readonly reply: v.GenericSchema
  /** What is kept of the reply for a client that asks again, if not all: the rest is made anew. */
  readonly kept?: v.GenericSchema
}
