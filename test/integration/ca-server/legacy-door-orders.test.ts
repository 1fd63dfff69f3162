import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { freePort } from '../../support/free-port.ts'
import { joinNode } from '../../support/joiner.ts'

let ca: CaServerProcess
let port = 0
beforeAll(async () => {
  port = await freePort()
  ca = await startCaServer({
    editConfig: (text) =>
      `${text}legacy:
  port: ${port}
  tls: none
  keys:
    default:
      - profiles: [default]
      - profiles: [default]
        subjects: [{ commonName: kubernetes }]
        networks: [10.0.0.1/32]
        controlPlaneNames: true
        until: '2020-01-01T00:00:00Z'
`,
  })
})
afterAll(() => ca.dispose())

const isOpen = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

interface Shown {
  readonly door: { readonly state: string; readonly closed: { readonly reason: string } | null }
  readonly keys: readonly { readonly rows: readonly { readonly hasEnded: boolean }[] }[]
  readonly joined: readonly string[]
}
const status = async (): Promise<Shown> => {
  const { stdout } = await ca.ca(['legacy', 'status'])
  return JSON.parse(stdout) as Shown
}
const turn = (verb: 'close' | 'open') => ca.ca(['legacy', verb, '--reason', `we ${verb} it`])

describe('ca-server legacy', () => {
  it('shows the door, the rows of each key with their ends, and who has joined', async () => {
    await joinNode(ca, 'worker-1')
    const shown = await status()
    expect(shown.door).toMatchObject({ state: 'open', port, closed: null })
    expect(shown.keys[0]?.rows.map(({ hasEnded }) => hasEnded)).toEqual([false, true])
    expect(shown.joined).toEqual(['worker-1'])
  })

  it('shuts the door at once, for good, and opens it again', async () => {
    expect(await isOpen()).toBe(true)
    expect((await turn('close')).exitCode).toBe(0)
    expect(await isOpen()).toBe(false)
    await ca.kill()
    await ca.start()
    expect(await isOpen()).toBe(false)
    expect((await status()).door).toMatchObject({
      state: 'closed',
      closed: { reason: 'we close it' },
    })
    expect((await turn('open')).exitCode).toBe(0)
    expect(await isOpen()).toBe(true)
    expect((await status()).door).toMatchObject({ state: 'open', closed: null })
  })

  it('writes both into the issuance log, with who and why', async () => {
    await turn('close')
    await turn('open')
    for (const verb of ['closed', 'opened'] as const) {
      const { stdout } = await ca.ca(['log', 'show', '--kind', `legacy-door-${verb}`])
      expect(stdout).toContain(verb === 'closed' ? 'we close it' : 'we open it')
    }
    expect((await ca.ca(['log', 'verify'])).exitCode).toBe(0)
  })

  it('does the same again without harm, and wants to be told why', async () => {
    expect((await turn('open')).exitCode).toBe(0)
    expect((await turn('open')).exitCode).toBe(0)
    expect(await isOpen()).toBe(true)
    expect((await ca.ca(['legacy', 'close'])).exitCode).toBe(64)
  })
})
