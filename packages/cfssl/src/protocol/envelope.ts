import { type GoValue, writeGoJson } from '../go-json/index.ts'
import type { CfsslFailure } from './cfssl-failure.ts'

/** A word beside a result: `code` and `message` of cfssl's ResponseMessage. */
export interface Message {
  readonly code: number
  readonly message: string
}

/** What an endpoint gives back. Keys of an object are written in their order. */
export interface CfsslResult {
  readonly result: GoValue
  readonly messages?: readonly Message[]
}

/** The body of a success, with the line feed that Go's encoder adds. */
export const successBody = ({ result, messages = [] }: CfsslResult): string =>
  bodyOf({ success: true, result, errors: [], messages: messages.map(entryOf) })

/** The body of a failure; its content type is text/plain, which clients of cfssl expect. */
export const failureBody = ({ code, message }: Pick<CfsslFailure, 'code' | 'message'>): string =>
  bodyOf({ success: false, result: null, errors: [entryOf({ code, message })], messages: [] })

const entryOf = ({ code, message }: Message): GoValue => ({ code, message })

const bodyOf = (envelope: GoValue): string => `${writeGoJson(envelope)}\n`
