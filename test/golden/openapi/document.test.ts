import { REPEATABLE_BY_NATURE, type Route, ROUTES } from '@easycerts/shared/api'
import { ERROR_CODES } from '@easycerts/shared/errors'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { buildOpenApi } from '../../../apps/ca-server/src/openapi/index.ts'

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters: readonly { readonly name?: string; readonly $ref?: string }[]
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>
}

const document = buildOpenApi('0.1.0')
const text = `${JSON.stringify(document, null, 2)}\n`
const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>

const operations = Object.values(paths).flatMap((item) => Object.values(item))

describe('the OpenAPI document', () => {
  it('is the one in docs', async () => {
    await expect(text).toMatchFileSnapshot('../../../docs/openapi.json')
  })

  it('is valid by the schema of OpenAPI 3.1, and all its references resolve', async () => {
    const validator = new Validator()
    await expect(
      validator.validate(JSON.parse(text) as Record<string, unknown>),
    ).resolves.toMatchObject({
      valid: true,
    })
    expect(validator.version).toBe('3.1')
    expect(() => validator.resolveRefs()).not.toThrow()
  })

  it('has every route under its method and path, and no other', () => {
    const placeOf = ({ method, path }: Route): string =>
      `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId, tags }]) => {
        const route: Route = ROUTES[operationId as keyof typeof ROUTES]
        expect(tags).toContain(route.listener)
        return `${method} ${path}`
      }),
    )
    expect(documented.toSorted()).toEqual(
      [...new Set(Object.values<Route>(ROUTES).map(placeOf))].toSorted(),
    )
  })

  it('documents every code of every failure as a problem', () => {
    const responses = (document['components'] as Record<string, Record<string, unknown>>)[
      'responses'
    ]
    for (const [code, { status }] of Object.entries(ERROR_CODES)) {
      expect(JSON.stringify(responses?.[`Problem${status}`])).toContain(`"${code}"`)
      for (const { responses: own } of operations)
        expect(own[String(status)]?.$ref).toBe(`#/components/responses/Problem${status}`)
    }
  })

  it('offers the idempotency key wherever a repetition would do something twice', () => {
    for (const { operationId, parameters } of operations) {
      const route: Route = ROUTES[operationId as keyof typeof ROUTES]
      const needsKey =
        route.method === 'POST' &&
        REPEATABLE_BY_NATURE[operationId as keyof typeof ROUTES] === undefined
      const offers = parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey') === true)
      expect([operationId, offers]).toEqual([operationId, needsKey])
    }
  })
})
