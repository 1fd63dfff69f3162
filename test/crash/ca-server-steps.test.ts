import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { joinNode } from '../support/joiner.ts'
import { describeWith } from '../support/needed-tool.ts'
import { seededRandom } from '../support/random.ts'
import { runInProcess } from '../support/run-in-process.ts'
import { newRequest } from '../support/test-authority.ts'
import { type Answered, newAnswered } from './support/answered.ts'
import { expectPromisesKept, recordedCertificates } from './support/ca-invariants.ts'
import { askUntilGone, type Clients, revokeUntilGone } from './support/ca-load.ts'
import {
  type CrashMeans,
  describeMeans,
  planBackupStep,
  planMigrationStep,
  planPowerCut,
  planStep,
  straceFor,
} from './support/crash-plan.ts'
import { crash, type CrashSite, serveAgain } from './support/crash-round.ts'
import { canMountLoop, type LoopDisk, makeLoopDisk } from './support/loop-disk.ts'
import { ageDataDirectory } from './support/old-data-directory.ts'
import type { StepServer } from './support/step-server.ts'

/** 500 crashes in full, else a sample; the seed draws them. */
const isFull = process.env['SOAK'] === 'full'
const COUNTS = isFull
  ? { issuance: 160, revocation: 120, backup: 60, migration: 60, power: 100 }
  : { issuance: 3, revocation: 2, backup: 1, migration: 2, power: 2 }
const SEED = Number(process.env['SEED'] ?? 20261121)
const CALLERS = 6
/** A store is used for so many crashes: each look at all of it takes longer as it grows. */
const CRASHES_OF_STORE = 25
const DISK_MEGABYTES = isFull ? 512 : 128

const random = seededRandom(SEED)
const folder = makeFolder()
const mayCutPower = canMountLoop()
let answered = newAnswered()
let crashes = 0
/** What stores before this one have answered. */
const before = { certificates: 0, revoked: 0 }
/** Crashes that came at the step that was planned. */
const reached = { server: 0, backup: 0, migration: 0 }
let disk: LoopDisk | undefined
let site: CrashSite
let clients: Clients
let recipient = ''

const identity = join(folder, 'backup-identity')
const young = join(folder, 'young')
const old = join(folder, 'old')

const command = async (...args: readonly string[]) => {
  const { stdout, ...rest } = await runInProcess(args)
  return { ...rest, result: (stdout === '' ? {} : JSON.parse(stdout)) as Record<string, unknown> }
}

/** A CA with nodes that have joined, and a copy of it as the first release would have left it. */
beforeAll(async () => {
  disk = mayCutPower ? makeLoopDisk(DISK_MEGABYTES) : undefined
  const made = await startCaServer()
  const names = Array.from({ length: CALLERS }, (_, index) => `worker-${index}`)
  const nodes = await Promise.all(names.map((name) => joinNode(made, name)))
  const csrs = await Promise.all(nodes.map(newRequest))
  clients = { ports: { nodePort: made.nodePort }, nodes, csrs }
  await made.stop()
  const directory = join(disk?.path ?? folder, 'ca')
  cpSync(made.directory, directory, { recursive: true })
  cpSync(made.directory, young, { recursive: true })
  cpSync(made.directory, old, { recursive: true })
  await made.dispose()
  ageDataDirectory(old)
  site = { directory, disk }
  const { result } = await command('backup', 'keygen', '--out', identity)
  recipient = String(result['recipient'])
}, 120_000)
afterAll(() => {
  disk?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const rounds = (count: number, plan: (random: () => number) => CrashMeans) =>
  Array.from({ length: count }, (_, index) => {
    const means = plan(random)
    return { round: index + 1, means, what: describeMeans(means) }
  })

/** Puts a store that is as good as new in the place of one that has seen enough. */
const startOver = (): void => {
  if (++crashes % CRASHES_OF_STORE !== 0) return
  before.certificates += answered.certificates.size
  before.revoked += answered.revoked.size
  answered = newAnswered()
  rmSync(site.directory, { recursive: true })
  cpSync(young, site.directory, { recursive: true })
  // A power cut must not take this copy.
  spawnSync('sync', ['--file-system', site.directory])
}

const issuing = (): Promise<void> => askUntilGone(clients, answered)
const revoking = async (server: StepServer): Promise<void> => {
  await Promise.all([issuing(), revokeUntilGone(server, answered)])
}

const survive = async (means: CrashMeans, work: (server: StepServer) => Promise<void>) => {
  startOver()
  if (await crash(site, means, work)) reached.server++
  await serveAgain(site, () => expectPromisesKept(site.directory, answered))
}

describeWith('strace', `ca-server, killed between two steps (seed ${SEED})`, () => {
  it.each(rounds(COUNTS.issuance, planStep))('of issuance: $round, $what', ({ means }) =>
    survive(means, issuing),
  )

  it.each(rounds(COUNTS.revocation, planStep))('of revocation: $round, $what', ({ means }) =>
    survive(means, revoking),
  )

  it('was killed where it hurts, and answered in between', () => {
    expect(reached.server).toBeGreaterThan(COUNTS.issuance / 2)
    expect(before.certificates + answered.certificates.size).toBeGreaterThan(COUNTS.issuance)
    expect(before.revoked + answered.revoked.size).toBeGreaterThan(0)
    expect(answered.crlNumbers.size).toBeGreaterThan(0)
    expect(answered.head?.head.size).toBeGreaterThan(0)
  })
})

const backupWords = (out: string) => [
  ...['--data-directory', site.directory, 'backup', '--recipient', recipient, '--out', out],
]

const isWhole = async (file: string): Promise<boolean> =>
  (await command('backup', 'verify', file, '--identity', identity)).exitCode === 0

describeWith('strace', `a backup beside a server that issues (seed ${SEED})`, () => {
  it.each(rounds(COUNTS.backup, planBackupStep))(
    'is whole or not there after $round, $what',
    async ({ round, means }) => {
      startOver()
      const out = join(folder, `${round}.age`)
      await serveAgain(site, async (server) => {
        const load = revoking(server)
        const killed = startProgram('ca-server', backupWords(out), straceFor(means))
        const { exitCode, signal } = await resultOf(killed, '')
        if (signal === 'SIGKILL') reached.backup++
        if (exitCode === 0 || existsSync(out)) expect(await isWhole(out)).toBe(true)
        const again = `${out}.again`
        expect(await command(...backupWords(again))).toMatchObject({ exitCode: 0 })
        expect(await isWhole(again)).toBe(true)
        await server.kill()
        await load
      })
      await serveAgain(site, () => expectPromisesKept(site.directory, answered))
    },
  )

  it('was killed on its way', () => {
    expect(reached.backup).toBeGreaterThan(0)
  })
})

describeWith('strace', `a data directory of the first release (seed ${SEED})`, () => {
  it.each(rounds(COUNTS.migration, planMigrationStep))(
    'is brought to the newest schema after $round, $what',
    async ({ round, means }) => {
      const copy = { directory: join(folder, `copy-${round}`), disk: undefined }
      cpSync(old, copy.directory, { recursive: true })
      const known: Answered = { ...newAnswered(), certificates: recordedCertificates(old) }
      if (await crash(copy, means, () => Promise.resolve())) reached.migration++
      await serveAgain(copy, async (server) => {
        const asking = askUntilGone(clients, known)
        await expectPromisesKept(copy.directory, known)
        await server.kill()
        await asking
      })
      await serveAgain(copy, () => expectPromisesKept(copy.directory, known))
      rmSync(copy.directory, { recursive: true })
    },
  )

  it('was killed on its way', () => {
    expect(reached.migration).toBeGreaterThan(0)
  })
})

describe.skipIf(!mayCutPower)(
  mayCutPower
    ? `a power cut (seed ${SEED})`
    : 'a power cut (skipped: this user may not mount a loop device)',
  () => {
    it.each(rounds(COUNTS.power, planPowerCut))(
      'takes nothing that was answered: $round, $what',
      ({ means }) => survive(means, revoking),
    )
  },
)
