import { LEGACY_SWITCHES, type LegacySwitch } from '@easycerts/shared/issuance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GOLDEN_DEVIATIONS } from '../../../support/cfssl/golden-deviations.ts'
import { exchangesOf, type GoldenExchange } from '../../../support/cfssl/golden-exchange.ts'
import { adoptLabRecords, LAB_OCSP, openLabDesk } from '../../../support/cfssl/lab-desk.ts'
import { type Mask, maskedBody } from '../../../support/cfssl/masked-answer.ts'
import {
  askDoor,
  type DoorAnswer,
  type RunningDoor,
  startDoor,
} from '../../../support/cfssl/start-door.ts'

const ALL = Object.keys(LEGACY_SWITCHES) as LegacySwitch[]
const WORTH = [{ profiles: ['default', 'server', 'client', 'short'], subjects: 'any' as const }]

/** What another run cannot repeat: keys that the server makes, and times that it counts from now. */
const maskOf = ({ request: { path } }: GoldenExchange): Mask => ({
  keys: /newkey|newcert|init_ca/.test(path),
  validity: 'length',
})

const withoutTransport = (headers: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(content-length|accept-ranges|transfer-encoding)$/.test(name),
    ),
  )

const expectGolden = (
  exchange: GoldenExchange,
  answer: DoorAnswer,
  mask: Mask = maskOf(exchange),
): void => {
  const { response } = exchange
  expect(answer.status).toBe(response.status)
  expect(answer.headers).toMatchObject(withoutTransport(response.headers))
  expect(maskedBody(answer.body, mask)).toBe(maskedBody(response.body, mask))
}

describe('every exchange of cfssl serve, replayed with all switches on', () => {
  let door: RunningDoor
  let dispose: () => Promise<void>

  beforeAll(async () => {
    const lab = await openLabDesk({
      open: ALL,
      ocsp: LAB_OCSP,
      keys: { main: WORTH, old: WORTH },
    })
    await adoptLabRecords(lab.authority)
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
        const answer = await askDoor(door.port, exchange.request)
        expect(answer.status).toBe(deviation.status)
        expect(answer.body).toMatch(deviation.says)
        if (deviation.onlyValidity)
          expectGolden(exchange, answer, { ...maskOf(exchange), validity: 'hidden' })
      })
    else
      it(exchange.name, async () => {
        expectGolden(exchange, await askDoor(door.port, exchange.request))
      })
  }
})
