import { formatCertificateId, ordinaryWindow, renewalTime } from '@easycerts/shared/renewal'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { askCertificate, callAs, type Identity, joinNode } from '../../support/joiner.ts'

let server: CaServerProcess
let [one, two]: Identity[] = []
beforeAll(async () => {
  server = await startCaServer()
  one = await joinNode(server, 'worker-1')
  two = await joinNode(server, 'worker-2')
})
afterAll(() => server.dispose())

interface Suggestion {
  readonly certificate: string
  readonly start: string
  readonly end: string
  readonly reason?: string
}

interface Order {
  readonly id: string
  readonly state: string
  readonly concerned: number
  readonly replaced: number
  readonly deadline: string
  readonly remaining: readonly { node: string; profile: string }[]
}

const newCertificate = async (identity: Identity, profile: string) => {
  const { body } = await askCertificate(server, identity, profile)
  return {
    certificate: parseCertificatePem(String(body['certificate'])),
    renewal: body['renewal'] as { start: string; end: string },
  }
}

const ask = async (identity: Identity, certificates: readonly Certificate[]) => {
  const ids = certificates.map(formatCertificateId).join(',')
  const { body, code } = await callAs(
    server,
    identity,
    'GET',
    `/v1/renewal-information?certificates=${ids}`,
  )
  return { code, suggestions: body['suggestions'] as Suggestion[], retryAfter: body['retryAfter'] }
}

const renew = async (...args: readonly string[]) => {
  const { stdout, exitCode, code } = await server.ca(['certificate', 'renew', ...args])
  return { exitCode, code, order: (stdout === '' ? undefined : JSON.parse(stdout)) as Order }
}

const orders = async (): Promise<Order[]> => {
  const { stdout } = await server.ca(['certificate', 'renew', '--status'])
  return JSON.parse(stdout) as Order[]
}

const windowOf = (certificate: Certificate) => {
  const { start, end } = ordinaryWindow(certificate.validity)
  return { start: start.toISOString(), end: end.toISOString() }
}

describe('renewal information', () => {
  it('comes with each certificate, and again for whoever asks', async () => {
    const { certificate, renewal } = await newCertificate(one!, 'kubelet-client')
    expect(renewal).toEqual(windowOf(certificate))
    const identity = parseCertificatePem(one!.certificate)
    const answer = await ask(one!, [certificate, identity])
    expect(answer).toEqual({
      code: undefined,
      suggestions: [certificate, identity].map((each) => ({
        certificate: formatCertificateId(each),
        ...windowOf(each),
      })),
      retryAfter: 600,
    })
  })

  it('is told to nobody but the node that holds the certificate', async () => {
    const { certificate } = await newCertificate(one!, 'kubelet-client')
    expect((await ask(two!, [certificate])).suggestions).toEqual([])
  })

  it('is bounded: 32 certificates, and ids of certificates only', async () => {
    const identity = parseCertificatePem(one!.certificate)
    const many = Array.from({ length: 33 }, () => identity)
    expect((await ask(one!, many)).code).toBe('ERR_BODY_INVALID')
    expect((await ask(one!, many.slice(1))).suggestions).toHaveLength(1)
    const path = '/v1/renewal-information?certificates=..%2F..'
    expect((await callAs(server, one!, 'GET', path)).code).toBe('ERR_BODY_INVALID')
  })
})

describe('an order to renew', () => {
  it('moves the window of what it concerns, tells why, and follows what is replaced', async () => {
    const { certificate } = await newCertificate(two!, 'kube-proxy-client')
    const { order } = await renew(
      ...['--node', 'worker-2', '--profile', 'kube-proxy-client'],
      ...['--by', '2h', '--reason', 'weak keys'],
    )
    expect(order).toMatchObject({ state: 'running', concerned: 1, replaced: 0 })
    expect(order.remaining).toEqual([{ node: 'worker-2', profile: 'kube-proxy-client' }])
    const { suggestions } = await ask(two!, [certificate])
    expect(suggestions).toMatchObject([{ reason: 'weak keys' }])
    const [{ start, end } = { start: '', end: '' }] = suggestions
    const window = { start: new Date(start), end: new Date(end) }
    const at = renewalTime(certificate.validity, certificate.serialNumber, window)
    expect(at < new Date(order.deadline)).toBe(true)

    const next = await newCertificate(two!, 'kube-proxy-client')
    expect((await ask(two!, [next.certificate])).suggestions).toEqual([
      { certificate: formatCertificateId(next.certificate), ...windowOf(next.certificate) },
    ])
    expect((await orders())[0]).toMatchObject({ id: order.id, state: 'done', replaced: 1 })
  })

  it('concerns every certificate of every node with --all, its identity too', async () => {
    const { order } = await renew('--all', '--by', '2h')
    expect(order.remaining).toEqual([
      { node: 'worker-1', profile: 'kubelet-client' },
      { node: 'worker-1', profile: 'node-identity' },
      { node: 'worker-2', profile: 'kube-proxy-client' },
      { node: 'worker-2', profile: 'node-identity' },
    ])
    await newCertificate(one!, 'kubelet-client')
    expect((await orders())[0]).toMatchObject({ concerned: 4, replaced: 1, state: 'running' })
    expect((await renew('--cancel', order.id)).order).toMatchObject({ state: 'cancelled' })
    const identity = parseCertificatePem(one!.certificate)
    expect((await ask(one!, [identity])).suggestions).toMatchObject([windowOf(identity)])
  })

  it('survives a kill -9, and is in the log with who gave it', async () => {
    const { order } = await renew('--profile', 'node-identity', '--by', '1d')
    await server.kill()
    await server.start()
    expect((await orders())[0]).toMatchObject({ id: order.id, state: 'running' })
    const { body } = await server.operator('GET', '/v1/log?limit=100')
    const entries = body['entries'] as { kind: string; actor: string; body: { order: string } }[]
    const entry = entries.find(({ kind }) => kind === 'renewal-ordered')
    expect(entry).toMatchObject({ body: { order: order.id } })
    expect(entry?.actor).toMatch(/^operator /)
  })

  it.each([
    ['no certificate named', ['--by', '2h'], 'ERR_USAGE'],
    ['all and some at once', ['--all', '--node', 'worker-1', '--by', '2h'], 'ERR_USAGE'],
    ['no deadline', ['--all'], 'ERR_USAGE'],
    ['a deadline that is no duration', ['--all', '--by', 'soon'], 'ERR_DURATION_INVALID'],
    ['a deadline too soon', ['--all', '--by', '5s'], 'ERR_USAGE'],
    ['a node that has nothing', ['--node', 'worker-9', '--by', '2h'], 'ERR_USAGE'],
    ['a profile that does not exist', ['--profile', 'kublet', '--by', '2h'], 'ERR_PROFILE_UNKNOWN'],
    ['an issuer that does not exist', ['--issuer', 'g9', '--by', '2h'], 'ERR_USAGE'],
    ['an order that does not exist', ['--cancel', 'nothing'], 'ERR_USAGE'],
  ])('is refused for %s', async (_, args, code) => {
    expect(await renew(...args)).toMatchObject({ code })
  })
})
