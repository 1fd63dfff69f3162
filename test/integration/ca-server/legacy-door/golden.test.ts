import { LEGACY_SWITCHES, type LegacySwitch } from '@easycerts/shared/issuance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GOLDEN_DEVIATIONS } from '../../../support/cfssl/golden-deviations.ts'
import { exchangesOf, type GoldenExchange } from '../../../support/cfssl/golden-exchange.ts'
import { openLabDesk } from '../../../support/cfssl/lab-desk.ts'
import { maskedBody } from '../../../support/cfssl/masked-answer.ts'
import {
  askDoor,
  type DoorAnswer,
  type RunningDoor,
  startDoor,
} from '../../../support/cfssl/start-door.ts'

const ALL = Object.keys(LEGACY_SWITCHES) as LegacySwitch[]
const WORTH = [{ profiles: ['default', 'server', 'client', 'short'], subjects: 'any' as const }]

/** What another run cannot repeat: keys that the server makes, and times that it counts from now. */
const maskOf = ({ name, request: { path } }: GoldenExchange) => ({
  keys: /newkey|newcert|init_ca/.test(path),
  times: name !== 'a064-fixed',
})

const withoutTransport = (headers: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(content-length|accept-ranges)$/.test(name)),
  )

const expectGolden = (exchange: GoldenExchange, answer: DoorAnswer): void => {
  const { response } = exchange
  const mask = maskOf(exchange)
  expect(answer.status).toBe(response.status)
  expect(answer.headers).toMatchObject(withoutTransport(response.headers))
  expect(maskedBody(answer.body, mask)).toBe(maskedBody(response.body, mask))
}

describe('every exchange of cfssl serve, replayed with all switches on', () => {
  let door: RunningDoor
  let dispose: () => Promise<void>

  beforeAll(async () => {
    const lab = await openLabDesk({ open: ALL, keys: { main: WORTH, old: WORTH } })
    door = await startDoor({ desk: lab.desk })
    dispose = async () => {
      await door.close()
      await lab.dispose()
    }
  })
  afterAll(() => dispose())

  for (const exchange of exchangesOf('cfssl serve')) {
    const deviation = GOLDEN_DEVIATIONS[exchange.name]
    if (deviation)
      it(`${exchange.name}: not as cfssl, for ${deviation.why}`, async () => {
        const { status, body } = await askDoor(door.port, exchange.request)
        expect(status).toBe(deviation.status)
        expect(body).toMatch(deviation.says)
      })
    else
      it(exchange.name, async () => {
        expectGolden(exchange, await askDoor(door.port, exchange.request))
      })
  }
})
