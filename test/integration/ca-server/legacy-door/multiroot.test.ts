import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { multirootAuthsignEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/multiroot-authsign.ts'
import { makeFolder } from '../../../support/ca-server-process.ts'
import { exchangesOf } from '../../../support/cfssl/golden-exchange.ts'
import { answerOf, labFile, openLabDesk } from '../../../support/cfssl/lab-desk.ts'
import { certificateIn } from '../../../support/cfssl/legacy-wish.ts'
import { maskedBody } from '../../../support/cfssl/masked-answer.ts'
import { askDoor, type RunningDoor, startDoor } from '../../../support/cfssl/start-door.ts'

const ROOTS = `[ primary ]
private = file://${labFile('ca-key.pem')}
certificate = ${labFile('ca.pem')}
config = ${labFile('server.json')}
nets = 127.0.0.0/8

[ denied ]
private = file://${labFile('ca-key.pem')}
certificate = ${labFile('ca.pem')}
config = ${labFile('server.json')}
nets = 10.0.2.1/24
`

describe('what multirootca answered, asked again of this CA', () => {
  let lab: Awaited<ReturnType<typeof openLabDesk>>
  let door: RunningDoor

  beforeAll(async () => {
    const roots = join(makeFolder(), 'multiroot.conf')
    writeFileSync(roots, ROOTS)
    const row = [{ subjects: 'any' as const, profiles: ['default', 'server'] }]
    lab = await openLabDesk({ roots, defaultLabel: 'primary', keys: { main: row, old: row } })
    door = await startDoor({ desk: lab.desk })
  })
  afterAll(async () => {
    await door.close()
    await lab.dispose()
  })

  const exchanges = exchangesOf('multirootca')

  it.each(exchanges.map((exchange) => [exchange.name, exchange] as const))(
    '%s',
    async (name, { request, response }) => {
      const answer = await askDoor(door.port, request)
      expect(answer.status).toBe(response.status)
      expect(answer.headers['content-type']).toBe(response.content_type)
      // It asks to begin before its CA: the last test.
      const validity = name === 'm14-notbefore' ? 'hidden' : 'length'
      const mask = { keys: false, validity } as const
      expect(maskedBody(answer.body, mask)).toBe(maskedBody(response.body, mask))
    },
  )

  it('lets a request choose an earlier end than the profile’s, and no later one', async () => {
    const { request } = exchanges.find(({ name }) => name === 'm14-notbefore')!
    const answer = await answerOf(lab.desk, multirootAuthsignEndpoint, request)
    const { validity } = parseCertificatePem(certificateIn(answer) ?? '')
    expect(validity.notBefore).toEqual(lab.desk.root.issuer.notBefore)
    // The request asks for the end of the year; 2160 hours from the profile's own start are more.
    expect(validity.notAfter).toEqual(new Date('2026-12-31T00:00:00Z'))
  })

  it('does not serve a label from outside its networks', async () => {
    const { request } = exchanges.find(({ name }) => name === 'm05-badlabel')!
    const outer = JSON.parse(request.body ?? '') as { token: string; request: string }
    const inner = Buffer.from(outer.request, 'base64').toString().replace('"zzz"', '"denied"')
    const body = JSON.stringify({ ...outer, request: Buffer.from(inner).toString('base64') })
    const answer = await answerOf(lab.desk, multirootAuthsignEndpoint, { path: '', body })
    expect(answer).toMatchObject({ status: 403 })
    expect(answer.body).toContain('{"code":1,"message":"not authorised"}')
  })
})
