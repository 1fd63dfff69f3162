// old-certmgrs.mjs PORT CA TOKEN-FILE DIRECTORY PERIOD: workers whose certificates an old certmgr keeps,
// one renewal every PERIOD milliseconds over a connection of its own, as cfssl's client does it. Ends
// with its standard input, and says then what became of every renewal.
import { createHmac, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:https'

const [port, caFile, tokenFile, directory, period] = process.argv.slice(2)
const ca = readFileSync(caFile, 'utf8')
const token = Buffer.from(readFileSync(tokenFile, 'utf8').trim(), 'hex')
const requests = readdirSync(directory)
  .filter((name) => name.endsWith('.csr'))
  .map((name) => ({ name, csr: readFileSync(`${directory}/${name}`, 'utf8') }))

const post = (endpoint, body) =>
  new Promise((resolve, reject) => {
    const options = { host: 'localhost', port, method: 'POST', path: `/api/v1/cfssl/${endpoint}` }
    const signal = AbortSignal.timeout(20_000)
    const sent = request({ ...options, ca, agent: false, signal }, (answer) => {
      const chunks = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.once('error', reject)
      answer.once('end', () =>
        resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }),
      )
    })
    sent.once('error', reject)
    sent.end(JSON.stringify(body))
  })

const authority = new X509Certificate(ca)
const renew = async ({ name, csr }) => {
  const inner = Buffer.from(
    JSON.stringify({
      certificate_request: csr,
      hostname: '',
      profile: 'default',
      label: '',
      bundle: false,
    }),
  )
  const proof = createHmac('sha256', token).update(inner).digest('base64')
  const { status, text } = await post('authsign', {
    token: proof,
    request: inner.toString('base64'),
  })
  if (status !== 200) throw new Error(`${status} ${text}`)
  const certificate = new X509Certificate(JSON.parse(text).result.certificate)
  if (!certificate.verify(authority.publicKey)) throw new Error(`${name}: signed by another CA`)
  return certificate.serialNumber
}

const ended = []
const running = new Set()
let turn = 0
const renewNext = () => {
  const start = performance.now()
  const worker = requests[turn++ % requests.length]
  const done = renew(worker).then(
    (serialNumber) => ended.push({ serialNumber, milliseconds: performance.now() - start }),
    (error) =>
      ended.push({
        failure: `${worker.name}: ${error.code ?? ''} ${error.message}`,
        milliseconds: performance.now() - start,
      }),
  )
  running.add(done)
  void done.finally(() => running.delete(done))
}
renewNext()
const timer = setInterval(renewNext, Number(period))

process.stdin.resume().once('end', async () => {
  clearInterval(timer)
  await Promise.all(running)
  process.stdout.write(JSON.stringify(ended))
})
console.error('begun')
