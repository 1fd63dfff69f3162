import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openAuthority } from '../../../apps/ca-server/src/commands/open-authority.ts'
import { dataPaths } from '../../../apps/ca-server/src/config/index.ts'
import { openStaging } from '../../../apps/ca-server/src/data-directory/staging-directory.ts'
import { CA_SERVER_BIN } from '../../support/ca-server-process.ts'
import { seededRandom } from '../../support/random.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeDataDirectory, testContext } from '../../support/test-authority.ts'

const ROUNDS = 6
const clock = () => new Date()

/** Kills it some milliseconds after its first sign on the disk; its work takes about 100. */
const killInit = async (directory: string, delay: number): Promise<void> => {
  const init = spawn(
    process.execPath,
    [
      ...[CA_SERVER_BIN, '--data-directory', directory, 'init', '--name', 'demo'],
      ...['--address', '127.0.0.1', '--insecure-plaintext-keys'],
    ],
    { stdio: 'ignore' },
  )
  const exited = once(init, 'exit')
  while (init.exitCode === null && readdirSync(dirname(directory)).length === 0) await wait(2)
  await wait(delay)
  init.kill('SIGKILL')
  await exited
}

/** Opens it as `serve` does: settings, database, and every key with its certificate. */
const expectWhole = async (directory: string): Promise<void> => {
  const opened = await openAuthority(
    testContext(() => new Date()),
    dataPaths(directory),
    {},
  )
  await opened.close()
}

describe('ca-server init, killed', () => {
  it('leaves a whole CA or none, and the next run succeeds', async () => {
    const random = seededRandom(20_300_101)
    let interrupted = 0
    for (let round = 0; round < ROUNDS; round++) {
      const folder = temporaryFolder()
      const directory = join(folder, 'ca')
      await killInit(directory, random() * 120)
      const isWhole = existsSync(directory)
      if (!isWhole) {
        interrupted++
        await makeDataDirectory(directory)
        // Not even what the killed run had made, keys among it.
        expect(readdirSync(folder)).toEqual(['ca'])
      }
      await expectWhole(directory)
    }
    expect(interrupted).toBeGreaterThan(0)
  })

  it('has its half-written lock removed too', async () => {
    const folder = temporaryFolder()
    const lock = '.ca.init-0123456789ab.lock'
    writeFileSync(join(folder, `.${lock}.easycerts-0123456789abcdef`), '{')
    const others = ['.ca.init-old.lock', `.other${lock}.easycerts-0123456789abcdef`]
    for (const other of others) writeFileSync(join(folder, other), '')
    await makeDataDirectory(join(folder, 'ca'))
    expect(readdirSync(folder).toSorted()).toEqual([...others, 'ca'].toSorted())
  })

  it('has nothing removed that another run is still at', async () => {
    const folder = temporaryFolder()
    const directory = join(folder, 'ca')
    const living = await openStaging(directory, 'init', { random: randomBytes, clock })
    await makeDataDirectory(directory)
    expect(existsSync(living.path)).toBe(true)
    await living.release()
  })
})
