import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acquireProcessLock, runProcess } from '@easycerts/adapters/process'
import { type Duration, seconds } from '@easycerts/shared/time'
import { bundleChild } from '../../support/bundle-child.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const timeout = seconds(10)
const short = 200 as Duration
const sh = (script: string, limit = timeout) => runProcess(['sh', '-c', script], { timeout: limit })

const isRunning = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

describe('running a program', () => {
  it('gives what it said and how it ended, and takes a failure as a result', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stdoutOctets: Buffer.from('out\n'),
      stderr: 'err\n',
    })
    expect(await sh('kill -9 $$')).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
  })

  it('passes arguments as they are, never through a shell', async () => {
    const { stdout } = await runProcess(['printf', '%s|', '$HOME', '; id', '*'], { timeout })
    expect(stdout).toBe('$HOME|; id|*|')
  })

  it('gives it the input and exactly the environment', async () => {
    const { stdout } = await runProcess(['/bin/sh', '-c', 'cat; echo "$A-$HOME"'], {
      timeout,
      input: 'given ',
      env: { A: 'a' },
    })
    expect(stdout).toBe('given a-\n')
  })

  it('does not mind a program that reads nothing of a long input', async () => {
    const input = Buffer.alloc(2_000_000)
    expect(await runProcess(['true'], { timeout, input })).toMatchObject({ exitCode: 0 })
  })

  it('keeps the last 64 KiB of what it says', async () => {
    const { stdout } = await sh('head -c 1000000 /dev/zero | tr "\\0" x; echo end')
    expect(stdout).toHaveLength(65_536)
    expect(stdout.endsWith('xend\n')).toBe(true)
  })

  it('says what to do when the program is not there, and shows no arguments', async () => {
    const run = runProcess(['no-such-program', 'SECRET'], { timeout })
    await expect(run).rejects.toMatchObject({
      code: 'ERR_ACTION_FAILED',
      message: 'cannot run "no-such-program": ENOENT',
      hint: 'is it installed, in PATH and executable?',
    })
    await expect(runProcess([], { timeout })).rejects.toMatchObject({ code: 'ERR_ACTION_FAILED' })
  })

  it('stops all that it started when it takes too long', async () => {
    const file = join(temporaryFolder(), 'pid')
    const run = sh(`sleep 60 & echo $! > ${file}; wait`, short)
    await expect(run).rejects.toMatchObject({ code: 'ERR_ACTION_TIMEOUT' })
    expect(isRunning(Number(readFileSync(file, 'utf8')))).toBe(false)
  })

  it('kills a program that will not stop, after two seconds', async () => {
    const start = performance.now()
    await expect(sh('trap "" TERM; while :; do sleep 0.1; done', short)).rejects.toMatchObject({
      code: 'ERR_ACTION_TIMEOUT',
    })
    expect(performance.now() - start).toBeLessThan(4_000)
  })

  it('does not wait for a daemon that was left behind', async () => {
    const start = performance.now()
    const { stdout } = await sh('sleep 5 & echo $!')
    onTestFinished(() => void process.kill(Number(stdout), 'SIGKILL'))
    expect(performance.now() - start).toBeLessThan(3_000)
  })

  it('stops when it is interrupted, also from the very beginning', async () => {
    for (const signal of [AbortSignal.timeout(100), AbortSignal.abort()]) {
      const run = runProcess(['sleep', '60'], { timeout, signal })
      await expect(run).rejects.toMatchObject({ message: 'sleep was interrupted' })
    }
  })
})

describe('the lock of a process', () => {
  const clock = () => new Date('2026-01-02T03:04:05Z')

  const startHolder = (program: string, path: string): ChildProcess => {
    const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }

  const firstWord = async (child: ChildProcess): Promise<string> => {
    const [chunk] = (await once(child.stdout!, 'data')) as [Buffer]
    return chunk.toString().trim()
  }

  it('is held by one at a time, and names the holder to the other', async () => {
    const path = join(temporaryFolder(), 'lock')
    const lock = await acquireProcessLock(path, clock)
    await expect(acquireProcessLock(path, clock)).rejects.toMatchObject({
      code: 'ERR_SERVER_RUNNING',
      message: `process ${process.pid} holds ${path} since 2026-01-02T03:04:05.000Z`,
    })
    await lock.release()
    await lock.release()
    const next = await acquireProcessLock(path, clock)
    await lock.release()
    expect(existsSync(path)).toBe(true)
    await next.release()
  })

  it('dies with its holder, even by kill -9', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'lock')
    const holder = startHolder(bundleChild('lock-child', temporaryFolder()), path)
    expect(await firstWord(holder)).toBe('held')
    await expect(acquireProcessLock(path, clock)).rejects.toThrow(`process ${holder.pid!} holds`)
    const ended = once(holder, 'exit')
    holder.kill('SIGKILL')
    await ended
    const lock = await acquireProcessLock(path, clock)
    expect(readdirSync(folder)).toEqual(['lock'])
    await lock.release()
  })

  const stale = (path: string, change: object): void => {
    const [, ...fields] = readFileSync('/proc/self/stat', 'utf8').split(') ')
    const startTime = fields.join(') ').split(' ')[19]
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const self = { pid: process.pid, startTime, bootId, since: '', nonce: 'x' }
    writeFileSync(path, JSON.stringify({ ...self, ...change }))
  }

  it.each([
    ['of an earlier boot', { bootId: 'another' }],
    ['whose number another process has by now', { startTime: '1' }],
    ['of a process that is gone', { pid: 4_194_999 }],
  ])('is taken over when it is %s', async (_, change) => {
    const folder = temporaryFolder()
    stale(join(folder, 'lock'), change)
    stale(join(folder, 'lock.takeover'), change)
    await acquireProcessLock(join(folder, 'lock'), clock)
    expect(readdirSync(folder)).toEqual(['lock'])
  })

  it('is held by a live process that sees another boot id, as a service in a container does', async () => {
    const path = join(temporaryFolder(), 'lock')
    const holder = startHolder(bundleChild('lock-child', temporaryFolder()), path)
    expect(await firstWord(holder)).toBe('held')
    const seen = JSON.parse(readFileSync(path, 'utf8')) as object
    writeFileSync(path, JSON.stringify({ ...seen, bootId: 'another' }))
    await expect(acquireProcessLock(path, clock)).rejects.toThrow(`process ${holder.pid!} holds`)
    holder.kill('SIGKILL')
  })

  it('goes to exactly one of several that find it stale at the same time', async () => {
    const program = bundleChild('lock-child', temporaryFolder())
    for (let round = 0; round < 3; round++) {
      const folder = temporaryFolder()
      stale(join(folder, 'lock'), { startTime: '1' })
      const children = [1, 2, 3, 4].map(() => startHolder(program, join(folder, 'lock')))
      const words = await Promise.all(children.map((child) => firstWord(child)))
      const losers = ['ERR_SERVER_RUNNING', 'ERR_SERVER_RUNNING', 'ERR_SERVER_RUNNING']
      expect(words.toSorted()).toEqual([...losers, 'held'])
      for (const child of children) child.kill('SIGKILL')
    }
  })

  it('is not taken from a file that is no lock', async () => {
    const path = join(temporaryFolder(), 'lock')
    for (const text of ['', 'notes', '{}', '{"pid":-1}']) {
      writeFileSync(path, text)
      await expect(acquireProcessLock(path, clock)).rejects.toMatchObject({
        code: 'ERR_FILE_UNSAFE',
      })
    }
    expect(readFileSync(path, 'utf8')).toBe('{"pid":-1}')
  })
})
