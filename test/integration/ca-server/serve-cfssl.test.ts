import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { labFile } from '../../support/cfssl/lab-desk.ts'
import { freePort } from '../../support/free-port.ts'

const CA = `cluster=${labFile('ca.pem')},${labFile('ca-key.pem')}`

let ca: CaServerProcess
let port: number
beforeAll(async () => {
  port = await freePort()
  ca = await startCaServer({
    initArgs: ['--import-issuer', CA],
    args: [
      ...['--cfssl-config', labFile('server.json'), '--cfssl-port', String(port)],
      ...['--cfssl-address', '127.0.0.1', '--cfssl-plain', '--cfssl-open', 'public-records'],
    ],
  })
}, 30_000)
afterAll(() => ca.dispose())

const ask = async (endpoint: string, body?: object) => {
  const url = `http://127.0.0.1:${port}/api/v1/cfssl/${endpoint}`
  const post = body && { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(url, post)
  return { status: answer.status, text: await answer.text() }
}

describe('ca-server serve --cfssl-config', () => {
  it('serves the API of cfssl without a line about it in ca-server.yaml', async () => {
    expect(readFileSync(`${ca.directory}/ca-server.yaml`, 'utf8')).not.toContain('legacy')
    expect(await ask('health')).toMatchObject({ status: 200 })
    const certificate = readFileSync(labFile('client.pem'), 'utf8')
    const { status, text } = await ask('certinfo', { certificate })
    expect(status).toBe(200)
    expect(text).toContain('"common_name":"Lab Root CA"')
  })

  it('opens what --cfssl-open lists, and nothing else', async () => {
    expect(await ask('crl')).toMatchObject({ status: 200 })
    expect(await ask('revoke', {})).toEqual({ status: 404, text: '404 page not found\n' })
    expect(await ask('certadd', {})).toMatchObject({ status: 404 })
    expect(await ask('scaninfo')).toMatchObject({ status: 404 })
  })

  it('tells in its log what the configuration leaves open in cfssl', () => {
    expect(ca.log()).toContain('signing.profiles.open.auth_key')
  })
})
