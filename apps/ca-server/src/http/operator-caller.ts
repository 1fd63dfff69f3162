import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import type { FastifyRequest } from 'fastify'

const callers = new WeakMap<FastifyRequest, OperatorRequester>()

/** Says who sent a request, once that is established and before its handler runs. */
export const setOperator = (request: FastifyRequest, operator: OperatorRequester): void => {
  callers.set(request, operator)
}

/** The operator that sent this request; a route that nobody guards is a bug. */
export const operatorOf = (request: FastifyRequest): OperatorRequester => {
  const operator = callers.get(request)
  if (!operator) throw new TypeError('nobody established who sent this request')
  return operator
}

/** For entries of the log, behind the word 'operator': 'root', 'certificate jane'. */
export const operatorNameOf = (request: FastifyRequest): string =>
  describeRequester(operatorOf(request)).slice('operator '.length)
