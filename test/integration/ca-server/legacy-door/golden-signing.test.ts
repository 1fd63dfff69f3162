import { readFileSync } from 'node:fs'
import { LEGACY_SWITCHES, type LegacySwitch } from '@easycerts/shared/issuance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../../../apps/ca-server/src/legacy-door/endpoint.ts'
import { authsignEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/authsign.ts'
import { infoEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/info.ts'
import { initCaEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/init-ca.ts'
import { newcertEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/newcert.ts'
import { newkeyEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/newkey.ts'
import { signEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/sign.ts'
import { comparableBody, comparableContent } from '../../../support/cfssl/comparable.ts'
import { GOLDEN_DEVIATIONS } from '../../../support/cfssl/golden-deviations.ts'
import { answerOf, exchange, openLabDesk } from '../../../support/cfssl/lab-desk.ts'

const ENDPOINTS: readonly Endpoint[] = [
  authsignEndpoint,
  infoEndpoint,
  initCaEndpoint,
  newcertEndpoint,
  newkeyEndpoint,
  signEndpoint,
]

const NAMES = (
  JSON.parse(readFileSync('test/fixtures/cfssl/golden.json', 'utf8')) as {
    name: string
    server: string
    request: { method: string; path: string }
  }[]
).filter(
  ({ server, request }) =>
    server === 'cfssl serve' &&
    request.method === 'POST' &&
    ENDPOINTS.some(({ name }) => request.path.replace(/\?.*/, '') === `/api/v1/cfssl/${name}`),
)

describe('what cfssl serve answered, asked again of this CA', () => {
  let lab: Awaited<ReturnType<typeof openLabDesk>>

  beforeAll(async () => {
    const row = [
      {
        subjects: 'any' as const,
        profiles: ['default', 'server', 'client', 'short'],
        names: ['*'],
      },
    ]
    lab = await openLabDesk({
      keys: { main: row, old: row },
      open: Object.keys(LEGACY_SWITCHES) as LegacySwitch[],
    })
  })
  afterAll(() => lab.dispose())

  it.each(NAMES.map(({ name }) => name))('%s', async (name) => {
    const { request, response } = exchange(name)
    const endpoint = ENDPOINTS.find(
      (each) => `/api/v1/cfssl/${each.name}` === request.path.replace(/\?.*/, ''),
    )!
    const answer = await answerOf(lab.desk, endpoint, request)
    const deviation = GOLDEN_DEVIATIONS[name]
    expect(answer.status).toBe(deviation?.status ?? response.status)
    expect(comparableBody(answer.body)).toBe(deviation?.body ?? comparableBody(response.body))
    if (answer.status !== 200 || deviation?.body !== undefined) return
    const content = comparableContent(answer.body)
    if (deviation?.differs) expect(content).not.toEqual(comparableContent(response.body))
    else expect(content).toEqual(comparableContent(response.body))
  })
})
