import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'
import { LOG_HEAD_HEADER } from '@easycerts/shared/api'
import type { ClusterFacts, NodeFacts } from '@easycerts/shared/cluster'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError, problemOf } from '@easycerts/shared/errors'
import {
  authorize,
  buildTbs,
  intendedBy,
  type IssuerFacts,
  lint,
  type Requester,
  signCertificate,
} from '@easycerts/shared/issuance'
import type { PublicKey } from '@easycerts/shared/key'
import { BUILT_IN_PROFILES, type IssuerPurpose } from '@easycerts/shared/profile'
import { type Duration, hours } from '@easycerts/shared/time'
import {
  buildSerialNumber,
  type Certificate,
  certificatePem,
  keyIdentifierOf,
  parseCertificate,
  parseCertificateRequest,
} from '@easycerts/shared/x509'
import { createTestLog, type TestLog } from '../test-log.ts'
import { type CaLeases, createCaLeases } from './ca-leases.ts'
import { type CaTrust, createCaTrust } from './ca-trust.ts'
import { forgeCa, type Forged, forgeServer } from '../join/forge-certificate.ts'

const CLUSTER: ClusterFacts = {
  name: 'test',
  domain: 'cluster.local',
  serviceCidr: '10.96.0.0/12',
  podCidr: '10.244.0.0/16',
  apiserver: 'https://10.0.0.1:6443',
  kubernetesVersion: '1.30',
}

const FAR = { from: new Date('2020-01-01'), until: new Date('2040-01-01') }

interface Behaviour {
  life: Duration
  /** Connections are refused. */
  isDown: boolean
  /** Profiles that are refused. */
  readonly refused: Set<string>
  /** When it wants every certificate renewed; undefined: it does not know of suggestions. */
  window?: { readonly start: Date; readonly end: Date }
  /** Certificates are signed in secret. */
  isLogSkipped: boolean
  /** Answers that are lost: the CA does its part, and the connection breaks. */
  readonly lost: string[]
}

/** A CA with the contract of ca-server's mutual-TLS listener, and with misfortunes on demand. */
export interface TestCa {
  readonly behaviour: Behaviour
  readonly anchorPem: string
  readonly cluster: ClusterFacts
  readonly node: NodeFacts
  /** 'METHOD /path profile', in order. */
  readonly calls: string[]
  readonly log: TestLog
  readonly trust: CaTrust
  readonly leases: CaLeases
  readonly identities: Map<string, { state: 'current' | 'pending' | 'retired'; pin: string }>
  readonly url: string
  issueIdentity(publicKey: PublicKey, state?: 'current' | 'pending'): Certificate
  rotate(purpose: IssuerPurpose): Promise<void>
  close(): Promise<void>
}

export const startTestCa = async (
  clock: () => Date,
  node: NodeFacts = {
    name: 'worker-1',
    role: 'worker',
    hosts: [{ kind: 'ip', value: '10.0.0.11' }],
    clusterAdmin: false,
  },
): Promise<TestCa> => {
  const issuers = {
    cluster: await forgeCa('cluster', FAR),
    etcd: await forgeCa('etcd', FAR),
    'front-proxy': await forgeCa('front-proxy', FAR),
    enrolment: await forgeCa('enrolment', FAR),
  }
  const serving = await forgeServer(issuers.enrolment, FAR)
  const behaviour: Behaviour = {
    life: hours(24),
    isDown: false,
    isLogSkipped: false,
    refused: new Set(),
    lost: [],
  }
  const calls: string[] = []
  const identities: TestCa['identities'] = new Map()
  const pendingByPin = new Map<string, Certificate>()

  const issue = (profileName: string, publicKey: PublicKey, requester: Requester): Certificate => {
    const profile = BUILT_IN_PROFILES.find(({ name }) => name === profileName)
    if (!profile || behaviour.refused.has(profileName))
      throw new EasycertsError('ERR_PROFILE_UNKNOWN', `no profile "${profileName}"`)
    const grant = authorize(requester, profile, { cluster: CLUSTER, node }, behaviour.life)
    const issuer = issuers[profile.issuer]
    const facts = issuerFactsOf(issuer, profile.issuer)
    const now = clock()
    const serialNumber = buildSerialNumber(now, randomBytes(10))
    const tbs = buildTbs(grant, publicKey, facts, { serialNumber, now })
    const linted = lint(tbs, grant, facts)
    return parseCertificate(signCertificate(intendedBy(linted, serialNumber), issuer.key))
  }
  const asNode = (fingerprint: string): Requester => ({ kind: 'node', node, fingerprint })
  const issueIdentity = (publicKey: PublicKey, state: 'current' | 'pending' = 'current') => {
    const certificate = issue('node-identity', publicKey, asNode(''))
    identities.set(certificate.fingerprint, { state, pin: publicKey.pin })
    return certificate
  }

  const log = await createTestLog()
  const leases = createCaLeases(clock)
  const replyOf = (certificate: Certificate, shown: string | undefined) => {
    const { fingerprint } = certificate
    if (!behaviour.isLogSkipped && !log.texts.some((text) => text.includes(fingerprint)))
      log.append('certificate-issued', { fingerprint })
    return { certificate: certificatePem(certificate), log: log.receipt(fingerprint, shown) }
  }

  const answer = (
    path: string,
    body: Record<string, string>,
    fingerprint: string,
    shown: string | undefined,
  ): unknown => {
    const identity = identities.get(fingerprint)
    if (!identity) throw new EasycertsError('ERR_IDENTITY_UNKNOWN', 'unknown identity')
    if (identity.state === 'retired')
      throw new EasycertsError('ERR_IDENTITY_SUPERSEDED', 'a newer identity exists')
    switch (path) {
      case '/v1/node':
        return {
          ...nodeReply(url(), node, issuers, clock()),
          log: { ...log.claim(shown), publicKey: log.publicKey },
        }
      case '/v1/identity/confirm':
        for (const other of identities.values())
          if (other !== identity && other.state === 'current') other.state = 'retired'
        identity.state = 'current'
        return { confirmed: true }
    }
    const ofTrust = caTrust.answer(path, body)
    if (ofTrust !== undefined) return ofTrust
    if (behaviour.refused.has('lease') && path === '/v1/restart-leases')
      throw new EasycertsError('ERR_REQUESTER_NOT_PERMITTED', 'no lease for this node')
    const ofLeases = leases.answer(path, body, node.name)
    if (ofLeases !== undefined) return ofLeases
    if (path.startsWith('/v1/renewal-information?')) return informationOf(path, behaviour)
    if (identity.state !== 'current')
      throw new EasycertsError('ERR_IDENTITY_UNKNOWN', 'the identity is not confirmed yet')
    const { publicKey } = parseCertificateRequest(body['csr'] ?? '')
    if (path === '/v1/identity/renew') {
      const known = pendingByPin.get(publicKey.pin) ?? issueIdentity(publicKey, 'pending')
      pendingByPin.set(publicKey.pin, known)
      return replyOf(known, shown)
    }
    const certificate = issue(body['profile'] ?? '', publicKey, asNode(fingerprint))
    return replyOf(certificate, shown)
  }

  const server = createServer(
    {
      key: serving.key.exportPem().reveal(),
      cert: serving.pem,
      minVersion: 'TLSv1.3',
      requestCert: true,
      // The clock of a test runs ahead of OpenSSL's; the records below decide.
      rejectUnauthorized: false,
    },
    (request, reply) => void handle(request, reply),
  )
  const handle = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string>
    const path = request.url ?? ''
    calls.push([request.method, path.split('?')[0], body['profile'] ?? ''].join(' ').trim())
    if (!(request.socket instanceof TLSSocket)) throw new Error('no TLS')
    const { raw } = request.socket.getPeerCertificate()
    const lostAt = behaviour.lost.indexOf(path)
    try {
      const shown = request.headers[LOG_HEAD_HEADER]
      const head = typeof shown === 'string' ? Buffer.from(shown, 'base64url') : undefined
      const value = answer(path, body, sha256Hex(raw), head?.toString())
      if (lostAt >= 0) {
        behaviour.lost.splice(lostAt, 1)
        request.socket.destroy()
        return
      }
      reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    } catch (error) {
      const problem = problemOf(error)
      reply.writeHead(problem.status).end(JSON.stringify(problem))
    }
  }
  server.on('connection', (socket) => {
    if (behaviour.isDown) socket.destroy()
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const caTrust = await createCaTrust(issuers, url())
  return {
    behaviour,
    anchorPem: issuers.enrolment.pem,
    cluster: CLUSTER,
    node,
    calls,
    log,
    trust: caTrust,
    leases,
    identities,
    url: url(),
    issueIdentity,
    rotate: async (purpose) => {
      issuers[purpose] = await forgeCa(`${purpose} g2`, FAR)
      caTrust.installed(issuers)
    },
    close: () => closeServer(server),
  }
}

const informationOf = (path: string, { window }: Behaviour): unknown => {
  if (!window) throw new EasycertsError('ERR_ROUTE_UNKNOWN', 'no such endpoint')
  const ids = new URLSearchParams(path.split('?')[1]).get('certificates')?.split(',') ?? []
  const [start, end] = [window.start.toISOString(), window.end.toISOString()]
  return {
    suggestions: ids.map((certificate) => ({ certificate, start, end })),
    retryAfter: 300,
  }
}

const nodeReply = (
  url: string,
  node: NodeFacts,
  issuers: Record<IssuerPurpose, Forged>,
  now: Date,
) => ({
  node,
  cluster: CLUSTER,
  endpoints: [url],
  trustBundles: {
    'client-ca': issuers.cluster.pem,
    'server-ca': issuers.cluster.pem,
    'etcd-client': issuers.etcd.pem,
    'etcd-peer': issuers.etcd.pem,
    'front-proxy': issuers['front-proxy'].pem,
    enrolment: issuers.enrolment.pem,
  },
  profiles: [],
  time: now.toISOString(),
})

const issuerFactsOf = ({ certificate, key }: Forged, purpose: IssuerPurpose): IssuerFacts => ({
  id: purpose,
  purpose,
  subject: certificate.subjectDer,
  keyIdentifier: keyIdentifierOf(certificate.spki),
  signatureAlgorithm: key.algorithm,
  notBefore: certificate.validity.notBefore,
  notAfter: certificate.validity.notAfter,
  nameConstraints: [],
  authorities: [certificate],
})

const closeServer = (server: Server): Promise<void> => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
