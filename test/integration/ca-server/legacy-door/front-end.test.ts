import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { makeFolder } from '../../../support/ca-server-process.ts'
import { exchangesOf } from '../../../support/cfssl/golden-exchange.ts'
import { labFile, openLabDesk } from '../../../support/cfssl/lab-desk.ts'
import {
  askDesk,
  authsignBodyOf,
  certificateIn,
  csrOf,
} from '../../../support/cfssl/legacy-wish.ts'
import { maskedBody } from '../../../support/cfssl/masked-answer.ts'
import { type RunningDoor, startDoor } from '../../../support/cfssl/start-door.ts'

const FRONT_KEY = Buffer.of(0xaa)

describe('a front end, whose profiles are signed for by another server of cfssl', () => {
  let upstream: Awaited<ReturnType<typeof openLabDesk>>
  let front: Awaited<ReturnType<typeof openLabDesk>>
  let door: RunningDoor

  beforeAll(async () => {
    const row = [{ subjects: 'any' as const, profiles: ['server'], networks: ['127.0.0.0/8'] }]
    upstream = await openLabDesk({ keys: { main: row } })
    door = await startDoor({ desk: upstream.desk })
    const signingConfig = join(makeFolder(), 'front.json')
    const recorded = readFileSync(labFile('front.json'), 'utf8')
    writeFileSync(signingConfig, recorded.replace('18888', String(door.port)))
    front = await openLabDesk({ signingConfig, keys: { front: row } })
  })
  afterAll(async () => {
    await front.dispose()
    await door.close()
    await upstream.dispose()
  })

  const exchangeOf = (name: string) =>
    exchangesOf('cfssl serve front end (conf/front.json)').find((each) => each.name === name)!

  it('gives what the other server gave, as cfssl does', async () => {
    const { request, response } = exchangeOf('g30-front-authsign')
    const answer = await askDesk(front.desk, 'authsign', request.body ?? '')
    const mask = { keys: false, validity: 'length' } as const
    expect(maskedBody(answer.body, mask)).toBe(maskedBody(response.body, mask))
    const { serialNumber } = parseCertificatePem(certificateIn(answer) ?? '')
    const [row] = await upstream.authority.store.read((reading) => reading.listCertificates(1))
    expect(row?.serialNumber).toBe(serialNumber)
    const [use] = await front.authority.store.read((reading) => reading.listLegacyUses())
    expect(use).toMatchObject({ key: 'front', profile: 'server', lastSerialNumber: serialNumber })
  })

  it('tells a failure of the other server in its very words, under the code 7400', async () => {
    const revoked = authsignBodyOf(
      { certificate_request: await csrOf('a.example'), hosts: ['a\u0007'], profile: 'server' },
      FRONT_KEY,
    )
    const { status, body } = await askDesk(front.desk, 'authsign', revoked)
    expect(status).toBe(400)
    const [{ code, message }] = (
      JSON.parse(body) as { errors: [{ code: number; message: string }] }
    ).errors
    expect(code).toBe(7400)
    expect(JSON.parse(message)).toMatchObject({ success: false, errors: [{ code: 5300 }] })
  })

  // cfssl asks the other server (g32); a request that nobody here understood is not passed on.
  it('judges a request itself before it passes it on', async () => {
    const { request } = exchangeOf('g32-front-error')
    expect((await askDesk(front.desk, 'authsign', request.body ?? '')).body).toContain(
      '{"code":9002,"message":"CSR Decode failed"}',
    )
    const csr = await csrOf('a', ['system:masters'])
    const asked = authsignBodyOf({ certificate_request: csr, profile: 'server' }, FRONT_KEY)
    expect((await askDesk(front.desk, 'authsign', asked)).body).toContain('"not authorised"')
  })
})
