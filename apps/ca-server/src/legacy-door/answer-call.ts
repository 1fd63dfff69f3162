import { dialectOf } from './dialect.ts'
import type { Endpoint } from './endpoint.ts'
import { failureOf } from './failure-of.ts'
import type { LegacyCall } from './legacy-call.ts'
import type { LegacyDesk } from './legacy-desk.ts'
import { failureReply, type LegacyReply, NOT_FOUND, successReply } from './legacy-reply.ts'

/** What a call gets, and what went wrong if something did, which is for the log alone. */
export interface Answered {
  readonly reply: LegacyReply
  readonly failure?: unknown
}

/** An endpoint whose switch is off does not exist, as one that cfssl was told to disable. */
export const answerCall = async (desk: LegacyDesk, call: LegacyCall): Promise<Answered> => {
  const { endpoints, wrongMethod, successType } = dialectOf(desk)
  const endpoint = endpoints.get(call.endpoint)
  if (!endpoint || !isOpen(desk, endpoint)) return { reply: NOT_FOUND }
  try {
    if (call.method !== endpoint.method) throw wrongMethod(call.method)
    return { reply: successReply(await endpoint.answer(desk, call), successType) }
  } catch (failure) {
    return { reply: failureReply(failureOf(failure)), failure }
  }
}

const isOpen = ({ switches }: LegacyDesk, { opensWith }: Endpoint): boolean =>
  opensWith === undefined || switches.has(opensWith)
