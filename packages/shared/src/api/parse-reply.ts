import * as v from 'valibot'
import { EasycertsError } from '../errors/index.ts'
import { type RouteName, type RouteReply, ROUTES } from './routes.ts'

/** A server's answer, checked; ERR_CA_REPLY_INVALID names the first field that is not as agreed. */
export const parseReply = <Name extends RouteName>(name: Name, body: unknown): RouteReply<Name> => {
  const parsed = v.safeParse(ROUTES[name].reply, body)
  if (parsed.success) return parsed.output
  const field = parsed.issues[0].path?.map(({ key }) => String(key)).join('.') ?? 'answer'
  throw new EasycertsError('ERR_CA_REPLY_INVALID', `the answer of the CA to ${ROUTES[name].path} is not understood at "${field.slice(0, 80)}"`)
}
