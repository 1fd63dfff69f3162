import { randomUUID } from 'node:crypto'
import { type RouteBody, type RouteName, type RouteQuery, ROUTES } from '@easycerts/shared/api'

interface OptionsOfAll {
  /** For the `:name` parts of the path. */
  readonly params?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

type BodyOption<Name extends RouteName> =
  RouteBody<Name> extends undefined ? object : { readonly body: RouteBody<Name> }

type QueryOption<Name extends RouteName> =
  RouteQuery<Name> extends undefined ? object : { readonly query: RouteQuery<Name> }

/** What a call of a route takes, by its entry in `ROUTES`. */
export type CallOptions<Name extends RouteName> = OptionsOfAll &
  BodyOption<Name> &
  QueryOption<Name>

/** One request as it goes on the wire. */
export interface HttpCall {
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  readonly body?: unknown
  /** The same in every attempt of this call, so that the server acts once. */
  readonly idempotencyKey?: string
  /** Text of the highest head of the CA's log that the caller has seen. */
  readonly logHead?: string | undefined
}

export const httpCallOf = <Name extends RouteName>(
  name: Name,
  options: CallOptions<Name>,
): HttpCall => {
  const { method, path } = ROUTES[name]
  const { params, query, body } = options as OptionsOfAll & {
    readonly query?: Readonly<Record<string, string>>
    readonly body?: unknown
  }
  const filled = path.replace(/:(\w+)/g, (_, part: string) =>
    encodeURIComponent(params?.[part] ?? ''),
  )
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`
  return {
    method,
    path: `${filled}${search}`,
    ...(body === undefined ? {} : { body }),
    ...(method === 'GET' ? {} : { idempotencyKey: randomUUID() }),
  }
}
