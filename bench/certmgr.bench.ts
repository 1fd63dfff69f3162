import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCaServer } from '../test/support/ca-server-process.ts'
import { cpuOf, peakMemoryOf } from './process-usage.ts'
import { binOf } from './programs.ts'

const CERTIFICATES = 1000
const OF_THE_ROLE = 4

/** The limits of one node are far below this. */
const WITHOUT_LIMITS = `limits:
  identity:
    requestsPerMinute: 100000
    certificatesPerHour: 100000
    certificatesAtOnce: 10000
`

/** One node with a thousand certificates, first none of them there, then all valid. */
export const benchCertmgr = async (): Promise<string[][]> => {
  const server = await startCaServer({ editConfig: (config) => config + WITHOUT_LIMITS })
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-bench-'))
  const root = join(folder, 'root')
  mkdirSync(root)
  try {
    const words = ['ticket', 'create', '--node', 'bench-1', '--role', 'worker']
    const { ticket } = JSON.parse((await server.ca(words)).stdout) as { ticket: string }
    const joined = spawnSync(process.execPath, [binOf('node-join'), '--root', root, '--no-start'], {
      input: ticket,
    })
    if (joined.status !== 0) throw new Error(joined.stderr.toString())
    multiply(root, CERTIFICATES - OF_THE_ROLE)
    const count = CERTIFICATES.toLocaleString('en')
    return [
      [`certmgr ensure, ${count} certificates, of which 4 are there`, await ensure(root)],
      [`certmgr ensure, ${count} certificates, all valid`, await ensure(root)],
    ]
  } finally {
    await server.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

const multiply = (root: string, times: number): void => {
  const specs = join(root, 'etc', 'easycerts', 'certmgr.d')
  const spec = readFileSync(join(specs, 'kube-proxy-client.yaml'), 'utf8')
  for (let number = 1; number <= times; number++) {
    const name = `bulk-${number}`
    const copy = spec.replaceAll('kube-proxy-client.', `${name}.`)
    writeFileSync(
      join(specs, `${name}.yaml`),
      copy.replace(/^name: .*/m, `name: ${name}`).replace(/^group: .*/m, `group: ${name}`),
    )
  }
}

const SAMPLE_EVERY = 20

const ensure = async (root: string): Promise<string> => {
  const start = performance.now()
  const child = spawn(process.execPath, [binOf('certmgr'), 'ensure', '--root', root], {
    stdio: 'ignore',
  })
  let [cpu, memory] = [0, 0]
  const sampling = setInterval(() => {
    cpu = cpuOf(child.pid ?? 0)
    memory = Math.max(memory, peakMemoryOf(child.pid ?? 0))
  }, SAMPLE_EVERY)
  const [status] = (await once(child, 'exit')) as [number | null]
  clearInterval(sampling)
  if (status !== 0) throw new Error(`certmgr ensure ended with ${String(status)}`)
  const wall = (performance.now() - start) / 1000
  return `${wall.toFixed(1)} s, ${(cpu / 1e6).toFixed(1)} s CPU, ${memory.toFixed(0)} MB`
}
