import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startCaServer } from '../test/support/ca-server-process.ts'
import { cpuOf, medianOf, memoryOf } from './process-usage.ts'
import { binOf } from './programs.ts'

const RUNS = 7
const SETTLED = 3000

/** Wall and CPU time of whole processes, and the memory of the daemons once they are idle. */
export const benchStartUp = async (): Promise<string[][]> => {
  const bare = timeOf(['-e', ''])
  const helps = ['ca-server', 'certmgr', 'node-join'].map((app) => {
    const { wall, cpu } = timeOf([binOf(app), '--help'])
    return [
      `${app} --help`,
      `${wall.toFixed(0)} ms, ${cpu.toFixed(0)} ms CPU (${(cpu / bare.cpu).toFixed(2)} × bare node)`,
    ]
  })
  return [
    ['bare node', `${bare.wall.toFixed(0)} ms, ${bare.cpu.toFixed(0)} ms CPU`],
    ...helps,
    ...(await daemons()),
  ]
}

const timeOf = (args: readonly string[]) => {
  const runs = Array.from({ length: RUNS }, () => {
    const [start, before] = [performance.now(), process.resourceUsage()]
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}`)
    const wall = performance.now() - start
    return { wall, cpu: childCpuOf(args) ?? before.userCPUTime }
  })
  return { wall: medianOf(runs.map(({ wall }) => wall)), cpu: medianOf(runs.map(({ cpu }) => cpu)) }
}

/** CPU of one run in milliseconds, by the shell's own times (POSIX `times`). */
const childCpuOf = (args: readonly string[]): number | undefined => {
  const quoted = [process.execPath, ...args]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ')
  const { stdout } = spawnSync('sh', ['-c', `${quoted} >/dev/null; times`], { encoding: 'utf8' })
  const children = stdout.trim().split('\n').at(-1)?.split(' ') ?? []
  const parts = children.map((text) => /^(\d+)m([\d.]+)s$/.exec(text))
  return parts.reduce(
    (sum, part) => sum + (Number(part?.[1] ?? 0) * 60 + Number(part?.[2] ?? 0)) * 1000,
    0,
  )
}

const daemons = async (): Promise<string[][]> => {
  const server = await startCaServer()
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-bench-'))
  const root = join(folder, 'root')
  mkdirSync(root)
  try {
    const { stdout } = await server.ca([
      'ticket',
      'create',
      '--node',
      'bench-1',
      '--role',
      'worker',
    ])
    const { ticket } = JSON.parse(stdout) as { ticket: string }
    const joined = spawnSync(process.execPath, [binOf('node-join'), '--root', root, '--no-start'], {
      input: ticket,
    })
    if (joined.status !== 0) throw new Error(joined.stderr.toString())
    const certmgr = spawn(process.execPath, [binOf('certmgr'), 'run', '--root', root], {
      stdio: 'ignore',
    })
    await wait(SETTLED)
    const [pid = 0, before] = [certmgr.pid, cpuOf(certmgr.pid ?? 0)]
    await wait(SETTLED)
    const idle = (cpuOf(pid) - before) / SETTLED / 10
    const rows = [
      ['ca-server serve, idle', `${memoryOf(server.pid).toFixed(0)} MB`],
      [
        'certmgr run, 4 certificates, idle',
        `${memoryOf(pid).toFixed(0)} MB, ${idle.toFixed(1)} % CPU`,
      ],
    ]
    certmgr.kill()
    await once(certmgr, 'close')
    return rows
  } finally {
    await server.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}
