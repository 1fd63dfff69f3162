// stand-in.mjs COMPONENT RELEASE FACTS [--flag=value…]: takes the place of a program of Kubernetes that
// is not here. It refuses the flags and fields that the release would refuse (facts of Kubernetes itself),
// serves TLS with the certificates that it was given, and dials whom it would dial until that answers.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, request } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { parse } from 'yaml'

const [component, release, facts, ...words] = process.argv.slice(2)
const fixture = (name) => JSON.parse(readFileSync(`${facts}/${name}`, 'utf8'))
const fail = (text) => {
  console.error(`${component}: ${text}`)
  process.exit(1)
}

const known = fixture('flags.json').flags[release]?.[component]
const flags = new Map(
  words.map((word) => {
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? fail(`unknown word ${word}`)
    if (known && !known[name]) fail(`unknown flag: --${name}`)
    return [name, value]
  }),
)

const KINDS = { kubelet: 'KubeletConfiguration', 'kube-proxy': 'KubeProxyConfiguration' }
const kind = KINDS[component]
const config = flags.has('config') ? parse(readFileSync(flags.get('config'), 'utf8')) : {}
if (kind) {
  const minor = release.split('.').slice(0, 2).join('.')
  const fields = fixture('config-fields.json').fields[kind][minor][kind]
  const meta = ['apiVersion', 'kind']
  for (const field of Object.keys(config))
    if (!meta.includes(field) && !fields.includes(field)) fail(`unknown field "${field}"`)
}

const read = (path) => readFileSync(path)
/** Of a kubeconfig, as client-go reads it. */
const clientOf = (path) => {
  const { clusters, users } = parse(readFileSync(path, 'utf8'))
  const { cluster } = clusters[0]
  const { user } = users[0]
  return {
    url: cluster.server,
    ca: read(cluster['certificate-authority']),
    cert: read(user['client-certificate']),
    key: read(user['client-key']),
  }
}

const ask = ({ url, ...tls }, path) =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const host = hostname.replace(/^\[|\]$/g, '')
    const signal = AbortSignal.timeout(5000)
    const options = { host, port, path, ...tls, agent: false, signal }
    const call = request(options, (answer) => {
      // A connection that breaks in the middle of an answer is no error of the call.
      answer
        .once('error', reject)
        .once('end', () => resolve(answer.statusCode))
        .resume()
    })
    call.once('error', reject)
    call.end()
  })

/** What each serves and dials, by its own flags and file. */
const PARTS = {
  'kube-apiserver': () => ({
    port: flags.get('secure-port'),
    cert: flags.get('tls-cert-file'),
    key: flags.get('tls-private-key-file'),
    clientCa: flags.get('client-ca-file'),
    reads: [
      'service-account-key-file',
      'service-account-signing-key-file',
      'requestheader-client-ca-file',
    ],
    dials: () => [
      {
        url: flags.get('etcd-servers').split(',')[0],
        ca: read(flags.get('etcd-cafile')),
        cert: read(flags.get('etcd-certfile')),
        key: read(flags.get('etcd-keyfile')),
        path: '/health',
      },
    ],
  }),
  'kube-controller-manager': () => leader(10257),
  'kube-scheduler': () => leader(10259),
  kubelet: () => ({
    port: config.port ?? 10250,
    cert: config.tlsCertFile,
    key: config.tlsPrivateKeyFile,
    clientCa: config.authentication.x509.clientCAFile,
    dials: () => [{ ...clientOf(flags.get('kubeconfig')), path: '/healthz' }],
  }),
  'kube-proxy': () => ({
    dials: () => [{ ...clientOf(config.clientConnection.kubeconfig), path: '/healthz' }],
  }),
  flanneld: () => ({
    dials: () => [{ ...clientOf(flags.get('kubeconfig-file')), path: '/healthz' }],
  }),
}

const leader = (port) => {
  const kubeconfig = flags.get('kubeconfig') ?? config.clientConnection?.kubeconfig
  return {
    port: flags.get('secure-port') ?? port,
    cert: flags.get('tls-cert-file'),
    key: flags.get('tls-private-key-file'),
    clientCa: flags.get('client-ca-file'),
    dials: () => [{ ...clientOf(kubeconfig), path: '/healthz' }],
  }
}

const tellReady = () => {
  if (process.env.NOTIFY_SOCKET) execFileSync('systemd-notify', ['--ready', '--status=ready'])
}

// Those of Kubernetes wait for whom they need too; one that waits for ever would hide a mistake.
const PATIENCE = 60_000
const reach = async ({ path, ...whom }) => {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    const status = await ask(whom, path).catch((error) => error.message)
    if (status === 200) return
    if (Date.now() > deadline) fail(`${whom.url}${path}: ${status}`)
    await wait(500)
  }
}

const part = PARTS[component]()
for (const flag of part.reads ?? []) if (flags.has(flag)) read(flags.get(flag))
for (const whom of part.dials()) await reach(whom)
if (part.port) {
  const trust = part.clientCa ? { requestCert: true, rejectUnauthorized: false } : {}
  const options = () => ({
    cert: read(part.cert),
    key: read(part.key),
    ...(part.clientCa ? { ca: read(part.clientCa) } : {}),
  })
  const server = createServer({ ...options(), ...trust }, (call, answer) => {
    const mayAsk = call.socket.authorized || /^\/(livez|readyz|healthz)$/.test(call.url)
    answer
      .writeHead(mayAsk ? 200 : 401)
      .end(call.socket.getPeerCertificate().subject?.CN ?? 'nobody')
  })
  // As the components of today do: files are read anew, and a half-written pair is tried again.
  setInterval(() => {
    try {
      server.setSecureContext(options())
    } catch {}
  }, 500)
  server.listen(Number(part.port), tellReady)
} else {
  tellReady()
  setInterval(() => undefined, 60_000)
}
