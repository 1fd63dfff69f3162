import type { Endpoint } from './endpoint.ts'
import { CFSSL_ENDPOINTS } from './endpoint-table.ts'
import { failureOf } from './failure-of.ts'
import type { LegacyCall } from './legacy-call.ts'
import type { LegacyDesk } from './legacy-desk.ts'
import {
  failureReply,
  type LegacyReply,
  NOT_FOUND,
  successReply,
  wrongMethod,
} from './legacy-reply.ts'

const ENDPOINTS = new Map(CFSSL_ENDPOINTS.map((endpoint) => [endpoint.name, endpoint]))

/** What a call gets, and what went wrong if something did, which is for the log alone. */
export interface Answered {
  readonly reply: LegacyReply
  readonly failure?: unknown
}

/** An endpoint whose switch is off does not exist, as one that cfssl was told to disable. */
export const answerCall = async (desk: LegacyDesk, call: LegacyCall): Promise<Answered> => {
  const endpoint = ENDPOINTS.get(call.endpoint)
  if (!endpoint || !isOpen(desk, endpoint)) return { reply: NOT_FOUND }
  try {
    if (call.method !== endpoint.method) throw wrongMethod(call.method)
    return { reply: successReply(await endpoint.answer(desk, call)) }
  } catch (failure) {
    return { reply: failureReply(failureOf(failure)), failure }
  }
}

const isOpen = ({ switches }: LegacyDesk, { opensWith }: Endpoint): boolean =>
  opensWith === undefined || switches.has(opensWith)
