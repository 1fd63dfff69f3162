import { parseReply, type RouteName, type RouteReply, type Routes } from '@easycerts/shared/api'
import { EasycertsError, isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import { type Duration, seconds } from '@easycerts/shared/time'
import { callHttp } from './http-call.ts'
import { type CallOptions, httpCallOf } from './route-call.ts'

/** The routes of the operator's listener. */
export type OperatorRoute = {
  [Name in RouteName]: Routes[Name]['listener'] extends 'operator' ? Name : never
}[RouteName]

export interface OperatorClient {
  call<Name extends OperatorRoute>(
    name: Name,
    options: CallOptions<Name>,
  ): Promise<RouteReply<Name>>
}

export interface OperatorClientOptions {
  readonly socketPath: string
  /** Of one call. */
  readonly timeout?: Duration
}

/**
 * Talks to a ca-server on this machine through its socket; the mode of the socket says who may.
 * ERR_SERVER_NOT_RUNNING, and whatever the server refuses with.
 */
export const createOperatorClient = ({
  socketPath,
  timeout = seconds(30),
}: OperatorClientOptions): OperatorClient => {
  const destination = {
    name: socketPath,
    protocol: 'http:',
    options: { socketPath, agent: false, host: 'localhost' },
  } as const
  return {
    call: async (name, options) => {
      const { signal } = options
      const limits = { timeout, ...(signal ? { signal } : {}) }
      try {
        return parseReply(name, await callHttp(destination, httpCallOf(name, options), limits))
      } catch (error) {
        throw absenceOf(socketPath, error)
      }
    },
  }
}

const absenceOf = (socketPath: string, error: unknown): unknown => {
  if (!isEasycertsError(error) || error.code !== 'ERR_CA_UNREACHABLE') return error
  const reason = reasonOf(error.cause)
  return new EasycertsError(
    'ERR_SERVER_NOT_RUNNING',
    reason === 'EACCES'
      ? `this user may not use ${socketPath}`
      : `no ca-server answers at ${socketPath} (${reason})`,
    { cause: error },
  )
}
