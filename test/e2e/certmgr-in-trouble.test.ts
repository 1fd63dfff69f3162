import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { type ActingNode, joinActingNode } from '../support/consumers/acting-node.ts'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { fingerprintOf } from '../support/file-tree.ts'
import { canMount, type MountedDisk, mountDisk } from '../support/mounted-disk.ts'
import { until } from '../support/until.ts'

const [TEMPORARY_FAILURE, CANNOT_WRITE] = [75, 73]

/** Other tests run beside these. */
const PATIENTLY = { within: 30_000 }

let ca: CaServerProcess
let disk: MountedDisk
let node: ActingNode

const serial = (): string => node.certificate('site.crt').serialNumber
const isRunning = (): boolean => node.log().includes('msg=running')
const isDone = (old: string) => () => serial() !== old

/** As `certmgr renew` does, which would need room for more than a name. */
const askForRenewal = (): void => {
  const directory = join(node.folder, NODE_PATHS.certmgrState, 'renew')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'site'), '')
}

const issued = async (): Promise<number> => {
  const { stdout } = await ca.ca(['certificate', 'list', '--profile', 'kubelet-serving'])
  return (JSON.parse(stdout) as unknown[]).length
}

/** To the last octet; it can be undone. */
const fill = (path: string): void => {
  const file = openSync(join(path, 'filler'), 'w')
  for (const size of [65_536, 4_096, 1])
    try {
      for (;;) writeSync(file, Buffer.alloc(size))
    } catch {
      // There is no room for so much.
    }
  closeSync(file)
}
const empty = (path: string): void => rmSync(join(path, 'filler'), { force: true })

/** What makes a disk useless, and what mends it. */
const DISKS = [
  ['full', (path: string) => fill(path), (path: string) => empty(path), /ENOSPC/],
  ['read-only', () => disk.makeReadOnly(), () => disk.makeWritable(), /EROFS/],
] as const

describe.skipIf(!canMount())('certmgr in trouble', () => {
  beforeAll(async () => {
    ca = await startCaServer()
    disk = mountDisk('1m')
    node = await joinActingNode(ca, {
      folder: disk.path,
      specs: (path) => [
        {
          ...{ kind: 'Certificate', name: 'site', profile: 'kubelet-serving', group: 'site' },
          certificate: { path: path('site.crt') },
          key: { path: path('site.key') },
        },
      ],
    })
    expect(await node.certmgr('ensure')).toMatchObject({ exitCode: 0 })
  })
  afterEach(async () => {
    await node.kill()
    for (const [, , mend] of DISKS) mend(disk.path)
  })
  afterAll(async () => {
    await node.dispose()
    disk.remove()
    await ca.dispose()
  })

  it.each(DISKS)(
    'that is started on a disk that is %s says so, changes nothing, and does its work later',
    async (_, spoil, mend, why) => {
      const before = fingerprintOf(node.path('.'))
      spoil(disk.path)
      const { exitCode, stderr } = await node.certmgr('ensure')
      expect(exitCode).toBe(CANNOT_WRITE)
      expect(stderr).toMatch(why)
      expect(await node.statusOf('site')).toMatchObject({ state: 'good' })
      mend(disk.path)
      expect(await node.certmgr('ensure')).toMatchObject({ exitCode: 0 })
      expect(fingerprintOf(node.path('.'))).toEqual(before)
    },
  )

  it.each(DISKS)(
    'whose disk becomes %s goes on, asks for nothing that it cannot keep, and recovers alone',
    async (_, spoil, mend, why) => {
      node.start()
      await until(isRunning, PATIENTLY)
      const [old, count] = [serial(), await issued()]
      askForRenewal()
      spoil(disk.path)
      node.signal('SIGUSR1')
      const failures = (): number => node.log().match(new RegExp(why, 'g'))?.length ?? 0
      await until(() => failures() >= 2, PATIENTLY)
      expect(serial()).toBe(old)
      expect(await issued()).toBe(count)
      mend(disk.path)
      await until(isDone(old), PATIENTLY)
      expect(await issued()).toBe(count + 1)
      expect(await node.statusOf('site')).toMatchObject({ state: 'good' })
    },
  )

  it('without a network says so, leaves everything as it is, and needs nobody later', async () => {
    const before = fingerprintOf(node.path('.'))
    const words = ['ensure', '--config', join(node.folder, 'certmgr.yaml')]
    const alone = await resultOf(startProgram('certmgr', words, ['unshare', '--net']), '')
    expect(alone).toMatchObject({ exitCode: TEMPORARY_FAILURE })
    expect(alone.stderr).toContain('ERR_CA_UNREACHABLE')
    expect(fingerprintOf(node.path('.'))).toEqual(before)
    expect(await node.certmgr('ensure')).toMatchObject({ exitCode: 0 })
  })

  it('that is started while the CA is away runs, and does its work once the CA is back', async () => {
    const old = serial()
    await ca.kill()
    node.start()
    await until(() => node.log().includes('ERR_CA_UNREACHABLE'), PATIENTLY)
    askForRenewal()
    node.signal('SIGUSR1')
    expect(await node.statusOf('site')).toMatchObject({
      state: expect.stringMatching(/due|failing/) as string,
    })
    expect(serial()).toBe(old)
    await ca.start()
    await until(isDone(old), PATIENTLY)
  })
})
