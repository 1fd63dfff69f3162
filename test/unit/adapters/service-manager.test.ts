import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createServiceProgram,
  SERVICE_PROGRAM_KINDS,
  type ServiceProgramKind,
} from '@easycerts/adapters/service-manager'
import { seconds } from '@easycerts/shared/time'
import { recordingProgram } from '../../support/recording-program.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const timeout = seconds(10)
const UNIT = 'nginx.service'
const ALWAYS = { onlyIfRunning: false }
const IF_RUNNING = { onlyIfRunning: true }

/** What each program says of a service that runs, of one that does not, and of one that is unknown. */
const ANSWERS: Readonly<Record<ServiceProgramKind, Readonly<Record<string, string>>>> = {
  openrc: { running: 'exit 0', stopped: 'exit 3', unknown: 'echo "no such service" >&2; exit 1' },
  sysv: { running: 'exit 0', stopped: 'exit 3', unknown: 'echo "unrecognized" >&2; exit 1' },
  circus: { running: 'echo active', stopped: 'echo stopped', unknown: 'echo "error: not found"' },
  command: { running: 'exit 0', stopped: 'exit 1', unknown: 'exit 127' },
}
const DONE = 'case "$*" in *start*|*load*) echo ok; exit 0;; esac\n'

const managerOf = (kind: ServiceProgramKind, rest: string) => {
  const program = recordingProgram(rest)
  const said: string[] = []
  const say = (text: string) => said.push(text)
  const manager = createServiceProgram(kind, { program: [program.path], timeout, say })
  return { manager, said, calls: program.calls }
}

describe('a service manager', () => {
  it.each<readonly [ServiceProgramKind, readonly string[]]>([
    ['openrc', ['nginx status', 'nginx restart', 'nginx reload']],
    ['sysv', ['nginx status', 'nginx restart', 'nginx reload']],
    ['circus', ['status nginx', 'restart nginx', 'reload nginx']],
    ['command', ['is-running nginx', 'restart nginx', 'reload nginx']],
  ])('of kind %s is asked in its own words', async (kind, [ask, restart, reload]) => {
    const { manager, calls, said } = managerOf(kind, DONE + (ANSWERS[kind]['running'] ?? ''))
    await manager.restart(UNIT, IF_RUNNING)
    await manager.reload(UNIT, IF_RUNNING)
    await manager.restart(UNIT, ALWAYS)
    expect(calls()).toEqual([ask, restart, ask, reload, restart])
    expect(said).toEqual([])
  })

  it.each(SERVICE_PROGRAM_KINDS)('of kind %s leaves a stopped service stopped', async (kind) => {
    const { manager, calls, said } = managerOf(kind, ANSWERS[kind]['stopped'] ?? '')
    await manager.restart(UNIT, IF_RUNNING)
    expect(await manager.isActive(UNIT)).toBe(false)
    expect(calls()).toHaveLength(2)
    expect(said).toEqual(['not done, for the service does not run: restart nginx'])
  })

  it.each(SERVICE_PROGRAM_KINDS)(
    'of kind %s that does not know the service fails, for silence would hide a wrong name',
    async (kind) => {
      const { manager } = managerOf(kind, ANSWERS[kind]['unknown'] ?? '')
      await expect(manager.restart(UNIT, IF_RUNNING)).rejects.toMatchObject({
        code: 'ERR_ACTION_FAILED',
      })
      await expect(manager.reload(UNIT, ALWAYS)).rejects.toMatchObject({
        code: 'ERR_ACTION_FAILED',
      })
    },
  )

  it.each(SERVICE_PROGRAM_KINDS)('of kind %s is given nothing but names', async (kind) => {
    const { manager, calls } = managerOf(kind, '')
    const others = ['nginx.socket', '-x.service', '../x.service', 'a/b.service', '*.service', '']
    for (const unit of [...others, '.service', 'a b.service'])
      await expect(manager.restart(unit, ALWAYS)).rejects.toMatchObject({
        code: 'ERR_CONFIG_INVALID',
      })
    expect(calls()).toEqual([])
  })

  it('is given up after the limit of time', async () => {
    const { path } = recordingProgram('sleep 60')
    const say = () => undefined
    const manager = createServiceProgram('sysv', {
      program: [path],
      timeout: seconds(1),
      say,
    })
    await expect(manager.restart(UNIT, ALWAYS)).rejects.toMatchObject({
      code: 'ERR_ACTION_TIMEOUT',
    })
  })
})

/** service(8) of Debian looks into /etc/init.d alone, which is ours in a mount namespace. */
const hasNamespaces =
  existsSync('/usr/sbin/service') &&
  !existsSync('/run/systemd/system') &&
  spawnSync('unshare', ['-m', 'mount', '--bind', '/tmp', '/etc/init.d']).status === 0

describe.skipIf(!hasNamespaces)('the real service(8)', () => {
  const scriptOf = (status: number) => {
    const folder = temporaryFolder()
    const scripts = join(folder, 'init.d')
    mkdirSync(scripts)
    const log = join(folder, 'log')
    writeFileSync(log, '')
    const text = `#!/bin/sh\necho "$1" >> ${log}\n[ "$1" = status ] && exit ${status}\nexit 0\n`
    writeFileSync(join(scripts, 'nginx'), text, { mode: 0o755 })
    const inNamespace = 'mount --bind "$0" /etc/init.d && exec service "$@"'
    return {
      program: ['unshare', '-m', 'sh', '-c', inNamespace, scripts],
      calls: () => readFileSync(log, 'utf8').trim().split('\n'),
    }
  }
  const say = () => undefined

  it('runs the script of a service that runs', async () => {
    const { program, calls } = scriptOf(0)
    const manager = createServiceProgram('sysv', { program, timeout, say })
    await manager.reload(UNIT, IF_RUNNING)
    await manager.restart(UNIT, ALWAYS)
    expect(calls()).toEqual(['status', 'reload', 'restart'])
  })

  it('leaves a stopped one alone, and fails for one that is not there', async () => {
    const { program, calls } = scriptOf(3)
    const manager = createServiceProgram('sysv', { program, timeout, say })
    await manager.restart(UNIT, IF_RUNNING)
    expect(calls()).toEqual(['status'])
    await expect(manager.restart('absent.service', IF_RUNNING)).rejects.toMatchObject({
      code: 'ERR_ACTION_FAILED',
    })
  })
})
