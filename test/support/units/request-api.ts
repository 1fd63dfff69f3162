import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A CertificateSigningRequest as kube-apiserver stores it. */
export interface StoredRequest {
  readonly metadata: { readonly name: string; readonly uid: string }
  readonly spec: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
}

export interface RequestApi {
  readonly url: string
  /** Names in the order of their approval. */
  readonly approved: readonly string[]
  requests: readonly StoredRequest[]
  nodes: readonly string[] | undefined
  /** Called before one request is read alone. */
  beforeGet: (name: string) => void
  close(): void
}

const GROUP = 'certificates.k8s.io'
const REQUESTS = `/apis/${GROUP}/v1/certificatesigningrequests`
const version = { groupVersion: `${GROUP}/v1`, version: 'v1' }

const resource = (name: string, kind: string, more: object = {}) => ({
  ...{ name, singularName: '', namespaced: false, kind },
  verbs: ['get', 'list', 'update', 'patch'],
  ...more,
})

const DISCOVERY: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '32', gitVersion: 'v1.32.4' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [{ name: GROUP, versions: [version], preferredVersion: version }],
  },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [resource('nodes', 'Node', { singularName: 'node', shortNames: ['no'] })],
  },
  [`/apis/${GROUP}/v1`]: {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: version.groupVersion,
    resources: [
      resource('certificatesigningrequests', 'CertificateSigningRequest', { shortNames: ['csr'] }),
      resource('certificatesigningrequests/approval', 'CertificateSigningRequest'),
    ],
  },
}

const object = (kind: string, apiVersion: string, rest: object) => ({ kind, apiVersion, ...rest })
const requestObject = (request: StoredRequest) =>
  object('CertificateSigningRequest', version.groupVersion, request)

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** As much of kube-apiserver as `kubectl get csr`, `get nodes` and `certificate approve` ask for. */
export const startRequestApi = async (): Promise<RequestApi> => {
  const approved: string[] = []
  const answerTo = (method: string, path: string): object | undefined => {
    if (DISCOVERY[path] !== undefined) return DISCOVERY[path]
    if (path === '/api/v1/nodes' && api.nodes !== undefined) {
      const items = api.nodes.map((name) => object('Node', 'v1', { metadata: { name } }))
      return object('NodeList', 'v1', { metadata: {}, items })
    }
    if (path === REQUESTS) {
      const items = api.requests.map(requestObject)
      return object('CertificateSigningRequestList', version.groupVersion, { metadata: {}, items })
    }
    const [, name, approval] =
      /^\/apis\/certificates\.k8s\.io\/v1\/certificatesigningrequests\/([^/]+)(\/approval)?$/.exec(
        path,
      ) ?? []
    if (name === undefined) return undefined
    const decoded = decodeURIComponent(name)
    if (method === 'GET') api.beforeGet(decoded)
    if (method === 'PUT' && approval !== undefined) approved.push(decoded)
    const found = api.requests.find(({ metadata }) => metadata.name === decoded)
    return found && requestObject(found)
  }
  const server: Server = createServer((message, response) => {
    void readBody(message).then(() => {
      const path = new URL(message.url ?? '/', 'http://localhost').pathname
      const answer = answerTo(message.method ?? 'GET', path)
      const missing = object('Status', 'v1', { status: 'Failure', reason: 'NotFound', code: 404 })
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer ?? missing))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api: RequestApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    approved,
    requests: [],
    nodes: [],
    beforeGet: () => undefined,
    close: () => server.close(),
  }
  return api
}
