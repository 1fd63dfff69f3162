import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acquireProcessLock } from '@easycerts/adapters/process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bundleChild } from '../../support/bundle-child.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NOBODY = 65_534
const APART = ['--mount', '--propagation', 'private', 'sh', '-c'] as const
const HIDE = 'mount -t proc -o hidepid=2 proc /proc'
const mayHide = spawnSync('unshare', [...APART, HIDE]).status === 0

/** As a service of systemd with ProtectProc=invisible sees it, in a container whose boot id stays. */
describe.skipIf(!mayHide)('a lock, where /proc hides the processes of others', () => {
  const folderOfNobody = (): string => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o755)
    chownSync(folder, NOBODY, NOBODY)
    return folder
  }

  const kept = (child: ChildProcess): ChildProcess => {
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }

  /** What nobody's process says of a lock that a process of root with this number is said to hold. */
  const wordOn = async (credentials: object | undefined): Promise<string> => {
    const { pid } = kept(spawn('sleep', ['60'], { stdio: 'ignore' }))
    const folder = folderOfNobody()
    const [program, path] = [bundleChild('lock-child', folder), join(folder, 'lock')]
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const holder = { pid, startTime: '1', bootId, since: '', nonce: 'x', credentials }
    writeFileSync(path, JSON.stringify(holder), { mode: 0o644 })
    const words = [process.execPath, program, path].map((word) => `'${word}'`).join(' ')
    const asNobody = `exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups ${words}`
    const child = kept(
      spawn('unshare', [...APART, `${HIDE} && ${asNobody}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    const [chunk] = (await once(child.stdout!, 'data')) as [Buffer]
    return chunk.toString().trim()
  }

  it('is taken over if its holder would be seen', async () => {
    expect(await wordOn({ uid: NOBODY, gid: NOBODY, capabilities: '0' })).toBe('held')
  })

  it.each([
    ['another user', { uid: 0, gid: 0, capabilities: '0' }],
    ['another group', { uid: NOBODY, gid: 0, capabilities: '0' }],
    ['more capabilities', { uid: NOBODY, gid: NOBODY, capabilities: '80000' }],
    ['nobody knows what rights', undefined],
  ])('stays held if its holder has %s', async (_, credentials) => {
    expect(await wordOn(credentials)).toBe('ERR_SERVER_RUNNING')
  })

  it.each([{ uid: '0', gid: 0, capabilities: '0' }, { uid: 0, gid: 0, capabilities: '0x' }, 7])(
    'is none of ours with credentials %j',
    async (credentials) => {
      const path = join(temporaryFolder(), 'lock')
      const rest = { pid: 1, startTime: '1', bootId: '', since: '', nonce: 'x' }
      writeFileSync(path, JSON.stringify({ ...rest, credentials }))
      const taken = acquireProcessLock(path, () => new Date())
      await expect(taken).rejects.toMatchObject({ code: 'ERR_FILE_UNSAFE' })
    },
  )
})
