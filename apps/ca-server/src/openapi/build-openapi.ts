import {
  IDEMPOTENCY_KEY,
  REPEATABLE_BY_NATURE,
  type Route,
  type RouteName,
  ROUTES,
} from '@easycerts/shared/api'
import { type JsonSchema, replySchema, requestSchema } from './json-schema.ts'
import { PROBLEM_REFERENCES, PROBLEM_SCHEMA, problemResponses } from './problem-responses.ts'

const LISTENERS = {
  join: 'For machines without an identity: TLS without a client certificate. A ticket is the proof.',
  node: 'For nodes: mutual TLS with the node’s identity.',
  operator:
    'For operators: the Unix socket on the CA host, and partly mutual TLS with an operator certificate.',
} as const

/** The HTTP contract as an OpenAPI 3.1 document, from the table of routes and nothing else. */
export const buildOpenApi = (version: string): JsonSchema => ({
  openapi: '3.1.0',
  info: {
    title: 'easycerts ca-server',
    version,
    description:
      'Bodies are JSON. Unknown fields are refused, nothing is coerced, and every failure is a problem (RFC 9457).',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  tags: Object.entries(LISTENERS).map(([name, description]) => ({ name, description })),
  paths: paths(),
  components: {
    schemas: { Problem: PROBLEM_SCHEMA },
    responses: problemResponses(),
    parameters: { IdempotencyKey: IDEMPOTENCY_PARAMETER },
    securitySchemes: {
      nodeIdentity: { type: 'mutualTLS', description: 'A certificate of the enrolment issuer.' },
      operatorCertificate: { type: 'mutualTLS', description: 'A certificate of an operator.' },
    },
  },
})

const IDEMPOTENCY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'The same key with the same request gets the same answer for 24 hours, and nothing is done twice.',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY.source },
} as const

const paths = (): JsonSchema => {
  const found: Record<string, Record<string, Operation>> = {}
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const item = (found[templateOf(route.path)] ??= {})
    const method = route.method.toLowerCase()
    const operation = operationOf(name as RouteName, route)
    item[method] = item[method] ? asOne(item[method], operation) : operation
  }
  return found
}

type Operation = JsonSchema & {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly security: readonly JsonSchema[]
}

/** What two listeners offer under one path is one operation: it must be the same on both. */
const asOne = (first: Operation, second: Operation): Operation => {
  const essence = ({ operationId: _name, tags: _tags, security: _who, ...rest }: Operation) =>
    JSON.stringify(rest)
  if (essence(first) !== essence(second))
    throw new TypeError(`${first.operationId} and ${second.operationId} differ under one path`)
  return {
    ...first,
    tags: [...first.tags, ...second.tags],
    security: [...first.security, ...second.security],
  }
}

/** Fastify's `:id` as `{id}`. */
const templateOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}')

const SECURITY: Readonly<Record<Route['listener'], readonly JsonSchema[]>> = {
  join: [],
  node: [{ nodeIdentity: [] }],
  operator: [{}],
}

const operationOf = (name: RouteName, route: Route): Operation => {
  const byNature = REPEATABLE_BY_NATURE[name]
  return {
    operationId: name,
    tags: [route.listener],
    ...(byNature === undefined ? {} : { description: `Safe to repeat: ${byNature}.` }),
    security:
      route.operatorCertificate === true
        ? [...SECURITY[route.listener], { operatorCertificate: [] }]
        : SECURITY[route.listener],
    parameters: parametersOf(route, byNature === undefined),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: requestSchema(route.body) } },
          },
        }
      : {}),
    responses: {
      200: {
        description: 'Done, and durable.',
        content: { 'application/json': { schema: replySchema(route.reply) } },
      },
      ...PROBLEM_REFERENCES,
    },
  }
}

const PATH_PART = { type: 'string', pattern: String.raw`^[\w.:-]{1,253}$` } as const

const parametersOf = (route: Route, takesKey: boolean): readonly JsonSchema[] => [
  ...[...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: PATH_PART,
  })),
  ...queryParametersOf(route),
  ...(route.method === 'POST' && takesKey
    ? [{ $ref: '#/components/parameters/IdempotencyKey' }]
    : []),
]

const queryParametersOf = ({ query }: Route): readonly JsonSchema[] => {
  if (!query) return []
  const { properties, required } = requestSchema(query) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>
    readonly required?: readonly string[]
  }
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required?.includes(name) ?? false,
    schema,
  }))
}
