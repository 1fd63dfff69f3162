import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SCRIPT = join(import.meta.dirname, 'lone-host.sh')
/** Where Debian has the plug-ins of CNI. */
export const CNI_PLUGINS = '/usr/lib/cni'

interface Answer {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** This machine with a network, and with /etc, /run and /var/lib, of its own: what is done there is gone with it. */
export interface LoneHost {
  /** The words of nsenter(1) that run a program there. */
  readonly inside: (...argv: readonly string[]) => readonly string[]
  /** Standard output of a command there. Throws if it fails. */
  readonly run: (...argv: readonly string[]) => string
  readonly ask: (
    argv: readonly string[],
    input: string,
    environment?: Readonly<Record<string, string>>,
  ) => Answer
  readonly write: (path: string, content: string) => void
  readonly dispose: () => Promise<void>
}

export const makeLoneHost = async (): Promise<LoneHost> => {
  const scratch = mkdtempSync(join(tmpdir(), 'easycerts-host-'))
  const words = ['--mount', '--net', '--propagation', 'private', 'bash', SCRIPT, scratch]
  const child = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const said: unknown[] = await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
  if (String(said[0]) !== 'ready\n') throw new Error('no namespaces could be made')
  const inside: LoneHost['inside'] = (...argv) => [
    ...['--target', String(child.pid), '--mount', '--net', '--'],
    ...argv,
  ]
  const ask: LoneHost['ask'] = (argv, input, environment = {}) => {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment }
    const options = { input, env, encoding: 'utf8', timeout: 20_000 } as const
    return spawnSync('nsenter', inside(...argv), options)
  }
  const run = (...argv: readonly string[]): string => {
    const { status, stdout, stderr } = ask(argv, '')
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
    return stdout
  }
  return {
    inside,
    ask,
    run,
    write: (path, content) => {
      const put = 'mkdir -p "$(dirname "$1")" && cat >"$1"'
      const { status, stderr } = ask(['sh', '-c', put, 'sh', path], content)
      if (status !== 0) throw new Error(`${path}: ${stderr}`)
    },
    dispose: async () => {
      const ended = once(child, 'close')
      child.stdin.end()
      await ended
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

/** Why no such host can be made here; undefined where one can. In CI a missing program is a failure. */
export const obstacleToLoneHost = (programs: readonly string[]): string | undefined => {
  if (process.geteuid?.() !== 0) return 'needs root'
  const missing = programs.find((path) => !existsSync(path))
  if (missing !== undefined && process.env['CI'] === undefined) return `needs ${missing}`
  const trial = 'mount -t tmpfs tmpfs /run && ip link set lo up'
  const { status, stderr } = spawnSync('unshare', ['--mount', '--net', 'sh', '-c', trial])
  return status === 0 ? undefined : `may not make namespaces: ${stderr.toString().trim()}`
}
