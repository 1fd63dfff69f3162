import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openAuthority } from '../../apps/ca-server/src/commands/open-authority.ts'
import { dataPaths } from '../../apps/ca-server/src/config/index.ts'
import { initCa, makeFolder, runCaServer } from '../support/ca-server-process.ts'
import { describeWith } from '../support/needed-tool.ts'
import { testContext } from '../support/test-authority.ts'

/** Every second rename in CI. */
const STRIDE = process.env['SOAK'] === 'full' ? 1 : 2

const folder = makeFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

const fileWith = (name: string, text: string): string => {
  writeFileSync(at(name), `${text}\n`, { mode: 0o600 })
  return at(name)
}
const old = fileWith('old', 'the old passphrase')
const fresh = fileWith('new', 'the new passphrase')

const protect = (directory: string, args: readonly string[], wrapper: readonly string[]) =>
  runCaServer(['--output', 'json', '--data-directory', directory, 'keys', 'protect', ...args], {
    wrapper,
  })

/** As `serve` opens it: every key with its certificate. */
const open = async (directory: string, passphraseFile: string): Promise<void> => {
  const context = testContext(() => new Date())
  const opened = await openAuthority(context, dataPaths(directory), { passphraseFile })
  await opened.close()
}

describeWith('strace', 'ca-server keys protect, killed', () => {
  it('leaves every key under the old passphrase, or every key under the new', async () => {
    const made = await initCa(at('whole'), [], { protection: ['--passphrase-file', old] })
    expect(made).toMatchObject({ exitCode: 0 })
    const outcomes = new Set<string>()
    for (let step = 1; step <= 9; step += STRIDE) {
      const directory = at(`killed-${step}`)
      cpSync(at('whole'), directory, { recursive: true })
      chmodSync(directory, 0o700)
      const killed = await protect(
        directory,
        ['--passphrase-file', old, '--new-passphrase-file', fresh],
        [
          ...['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename'],
          ...['-e', `inject=rename:signal=KILL:when=${step}`],
        ],
      )
      const opens: boolean[] = []
      for (const file of [old, fresh])
        opens.push(
          await open(directory, file).then(
            () => true,
            () => false,
          ),
        )
      expect(opens.filter(Boolean), `killed at rename ${step}`).toHaveLength(1)
      outcomes.add(`${killed.exitCode === 0 ? 'done' : 'killed'}, ${opens[0] ? 'old' : 'new'}`)
    }
    expect([...outcomes].toSorted()).toEqual(['done, new', 'killed, new', 'killed, old'])
  }, 120_000)
})
