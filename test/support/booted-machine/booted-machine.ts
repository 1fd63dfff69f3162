import { type ChildProcessWithoutNullStreams, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { until } from '../until.ts'
import { isUsrMerged, makeMachineRoot } from './machine-root.ts'

const SCRIPT = join(import.meta.dirname, 'boot.sh')
const BOOTS_WITHIN = 20_000

/** A machine with a systemd of its own; in the network of this one unless its options say otherwise. */
export interface BootedMachine {
  /** Its files, from outside; they outlive a power cut. */
  readonly root: string
  readonly boot: () => Promise<void>
  /** As `boot`, but until systemd answers: something that it starts waits for what comes later. */
  readonly powerOn: () => Promise<void>
  /** A command inside; its standard output. Throws if it fails. */
  readonly run: (...argv: readonly string[]) => Promise<string>
  /** What systemd knows of a unit. */
  readonly show: (unit: string, property: string) => Promise<string>
  readonly reboot: () => Promise<void>
  /** As if the plug had been pulled; `boot` begins anew. */
  readonly cutPower: () => Promise<void>
  readonly dispose: () => Promise<void>
}

/** Of systemctl is-system-running, once everything was started. */
const SETTLED: readonly string[] = ['running', 'degraded']
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'

export interface MachineOptions {
  /** Laid over /usr of this machine. */
  readonly programs?: string
  /** Further words of systemd-nspawn. */
  readonly words?: readonly string[]
  /** For systemd-nspawn, some of whose settings have no words: ['NAME=value']. */
  readonly environment?: readonly string[]
}

/** A machine that is not booted yet, with the programs of this one. */
export const makeMachine = ({
  programs,
  words: more = [],
  environment = [],
}: MachineOptions = {}): BootedMachine => {
  const root = mkdtempSync(join(tmpdir(), 'easycerts-machine-'))
  makeMachineRoot(root)
  const node = process.execPath.startsWith('/usr/') ? [] : [`--bind-ro=${process.execPath}`]
  const usr = programs === undefined ? '--bind-ro=/usr' : `--overlay-ro=/usr:${programs}:/usr`
  const words = [SCRIPT, root, basename(root), usr, ...node, ...more]
  let child: ChildProcessWithoutNullStreams | undefined
  let [leader, console] = [0, '']

  const run = (...argv: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const inside = ['-t', String(leader), '-a', '--', ...argv]
      const env = { PATH, SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' }
      execFile('nsenter', inside, { env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${argv.join(' ')}: ${stderr || error.message}`))
        else resolve(stdout.trim())
      })
    })
  const isAlive = (): boolean => child?.exitCode === null && child.signalCode === null
  const isIn = async (states: readonly string[]): Promise<boolean> =>
    run('sh', '-c', 'systemctl is-system-running || true').then(
      (state) => states.includes(state),
      () => false,
    )
  /** Until a systemd other than `old` says that it is in one of these states. */
  const untilUp = async (old: number, states = SETTLED): Promise<void> => {
    await until(
      async () => {
        if (!isAlive()) throw new Error(`the machine has ended: ${console}`)
        leader = childOf(Number(/.*booting by (\d+)/s.exec(console)?.[1]))
        return leader !== 0 && leader !== old && (await isIn(states))
      },
      { within: BOOTS_WITHIN, every: 50 },
    )
  }
  const cutPower = async (): Promise<void> => {
    if (!child || !isAlive()) return
    const ended = once(child, 'close')
    child.stdin.end()
    await ended
    // The kernel ends all others before it ends their first process.
    await until(() => hasEnded(leader))
  }
  const start = (): void => {
    const command = ['env', ...environment, 'bash', ...words]
    child = spawn('unshare', ['--mount', '--propagation', 'private', ...command])
    console = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (octets: Buffer) => (console += octets.toString()))
  }
  return {
    root,
    boot: async () => {
      start()
      await untilUp(0)
    },
    powerOn: async () => {
      start()
      await untilUp(0, [...SETTLED, 'starting'])
    },
    run,
    show: (unit, property) => run('systemctl', 'show', unit, '--property', property, '--value'),
    reboot: async () => {
      const old = leader
      await run('systemctl', 'reboot')
      await untilUp(old)
    },
    cutPower,
    dispose: async () => {
      await cutPower()
      rmSync(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Also one that nobody has buried. */
const hasEnded = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === ''
  } catch {
    return true
  }
}

const childOf = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0])
  } catch {
    return 0
  }
}

/** Why no machine with these programs can be booted here; undefined where one can. In CI a missing one is a failure. */
export const obstacleToBoot = (more: readonly string[] = []): string | undefined => {
  if (process.geteuid?.() !== 0) return 'needs root'
  if (!isUsrMerged()) return 'needs a distribution with everything below /usr'
  const tools = ['systemd-nspawn', 'nsenter', 'unshare', '/usr/lib/systemd/systemd', ...more]
  const isCi = process.env['CI'] !== undefined
  const missing = isCi
    ? undefined
    : tools.find((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
  if (missing !== undefined) return `needs ${missing}`
  const trial = 'mount -t cgroup2 none /sys/fs/cgroup'
  const { status, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', trial])
  return status === 0 ? undefined : `may not mount cgroup2: ${stderr.toString().trim()}`
}
