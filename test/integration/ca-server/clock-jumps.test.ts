import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../../support/ca-server-process.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { askCertificate, callAs, type Identity, joinNode } from '../../support/joiner.ts'
import { describeWith } from '../../support/needed-tool.ts'

const folder = makeFolder()
let clock: FakeClock
let server: CaServerProcess
let node: Identity

const ask = async () => {
  const { status, code, body } = await askCertificate(server, node, 'kubelet-client')
  return { status, code, pem: body['certificate'] as string }
}

const HOUR = 3_600_000

describeWith('faketime', 'ca-server, whose wall clock is set while it runs', () => {
  beforeAll(async () => {
    clock = createFakeClock(join(folder, 'time'))
    server = await startCaServer({ env: clock.env })
    node = await joinNode(server, 'worker-1')
  })
  afterAll(async () => {
    await server.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  it('believes a correction of some hours', async () => {
    clock.move('+5h')
    expect(await ask()).toMatchObject({ status: 200 })
  })

  it('holds issuance after a jump, answers what needs no clock, and says why', async () => {
    clock.move('+20h')
    expect(await ask()).toMatchObject({ status: 503, code: 'ERR_CLOCK_JUMPED' })
    expect(await callAs(server, node, 'GET', '/v1/node')).toMatchObject({ status: 200 })
    const status = await server.ca(['clock', 'status'])
    expect(status).toMatchObject({ exitCode: 69, code: 'ERR_CLOCK_JUMPED' })
    expect(JSON.parse(status.stdout)).toMatchObject({ state: 'jumped' })
  })

  it('stays so after a kill -9 and a start', async () => {
    await server.kill()
    await server.start()
    expect(await ask()).toMatchObject({ status: 503, code: 'ERR_CLOCK_JUMPED' })
  })

  it('issues again once an operator has accepted the clock', async () => {
    expect(await server.ca(['clock', 'accept'])).toMatchObject({ exitCode: 0 })
    expect(await server.ca(['clock', 'status'])).toMatchObject({ exitCode: 0 })
    const { status, pem } = await ask()
    expect(status).toBe(200)
    const ahead = parseCertificatePem(pem).validity.notBefore.getTime() - Date.now()
    expect(ahead / HOUR).toBeGreaterThan(19)
  })

  it('stops issuance when the clock goes back, and accepts that too', async () => {
    clock.move('+17h')
    expect(await ask()).toMatchObject({ status: 503, code: 'ERR_CLOCK_BACKWARDS' })
    await server.ca(['clock', 'accept'])
    expect(await ask()).toMatchObject({ status: 200 })
    const { body } = await server.operator('GET', '/v1/log?limit=100')
    const kinds = (body['entries'] as { kind: string }[]).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind.startsWith('clock-')).toReversed()).toEqual([
      'clock-held',
      'clock-accepted',
      'clock-held',
      'clock-accepted',
    ])
  })
})
