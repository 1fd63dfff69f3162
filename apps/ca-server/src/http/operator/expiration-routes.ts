import { formatCursor, parseCursor } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { FastifyInstance } from 'fastify'
import { type Authority, type ExpirationCursor, pageOfExpirations } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

export const registerExpirationRoutes = (
  server: FastifyInstance,
  { store, clock }: Pick<Authority, 'store' | 'clock'>,
): void =>
  registerRoute(server, 'expirationList', async ({ query: { after } }) => {
    const cursor = after === undefined ? undefined : cursorOf(after)
    const { items, next } = await store.read((reading) =>
      pageOfExpirations(reading, clock(), cursor),
    )
    return { items: [...items], next: next ? formatCursor(keysOf(next)) : null }
  })

const keysOf = (cursor: ExpirationCursor): [string, string, number] =>
  cursor.stage === 'nodes'
    ? ['nodes', cursor.after, 0]
    : ['others', cursor.after?.requester ?? '', cursor.after?.position ?? 0]

const cursorOf = (text: string): ExpirationCursor => {
  const [stage, name, position] = parseCursor(text, ['string', 'string', 'number'])
  if (stage === 'nodes') return { stage, after: String(name) }
  if (stage === 'others')
    return { stage, after: { requester: String(name), position: Number(position) } }
  throw new EasycertsError('ERR_BODY_INVALID', 'query field "after" is no cursor of this list')
}
