import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { signalPidFile } from '@easycerts/adapters/process'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const LISTENER = `
process.on('SIGHUP', () => { console.log('read again'); process.exit(0) })
setInterval(() => undefined, 1000)
console.log('ready')
`

const listener = async (): Promise<ChildProcess & { readonly pid: number }> => {
  const child = spawn(execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return Object.assign(child, { pid: child.pid! })
}

const pidFile = (text: string): string => {
  const path = join(temporaryFolder(), 'daemon.pid')
  writeFileSync(path, text)
  return path
}

describe('a signal by a pid file', () => {
  it('reaches the process that the file names', async () => {
    const child = await listener()
    const said = once(child.stdout!, 'data')
    expect(signalPidFile(pidFile(`${child.pid}\nmore lines\n`), 'SIGHUP')).toBe('sent')
    expect(String((await said)[0])).toBe('read again\n')
  })

  it('is not sent where no process runs', async () => {
    const child = await listener()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(signalPidFile(pidFile(`${child.pid}\n`), 'SIGHUP')).toBe('not running')
    expect(signalPidFile(join(temporaryFolder(), 'absent.pid'), 'SIGHUP')).toBe('not running')
  })

  it('is not sent to a process that has taken over the number since the file was written', async () => {
    const child = await listener()
    const path = pidFile(`${child.pid}\n`)
    const before = new Date(Date.now() - 60_000)
    utimesSync(path, before, before)
    expect(codeOf(() => signalPidFile(path, 'SIGTERM'))).toBe('ERR_ACTION_FAILED')
    expect(child.exitCode).toBeNull()
  })

  it.each(['', 'nginx', '0', '-1', '1.5', '+7', '12345678901', '0x10'])(
    'is not sent for the text %j',
    (text) => {
      expect(codeOf(() => signalPidFile(pidFile(text), 'SIGHUP'))).toBe('ERR_ACTION_FAILED')
    },
  )

  it('is not sent through a link, or for a directory', async () => {
    const { pid } = await listener()
    const link = join(temporaryFolder(), 'link.pid')
    symlinkSync(pidFile(`${pid}`), link)
    expect(codeOf(() => signalPidFile(link, 'SIGHUP'))).toBe('ERR_FILE_UNSAFE')
    expect(codeOf(() => signalPidFile(temporaryFolder(), 'SIGHUP'))).toBe('ERR_FILE_UNSAFE')
  })

  it.skipIf(process.geteuid?.() !== 0)(
    'is not sent on the word of a user who may not signal the process',
    async () => {
      const { pid } = await listener()
      const path = pidFile(`${pid}`)
      chownSync(path, 65_534, 65_534)
      expect(codeOf(() => signalPidFile(path, 'SIGHUP'))).toBe('ERR_FILE_UNSAFE')
    },
  )
})
