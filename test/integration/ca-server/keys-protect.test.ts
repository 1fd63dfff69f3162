import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { beforeAll, describe, expect, it } from 'vitest'
import { openAuthority } from '../../../apps/ca-server/src/commands/open-authority.ts'
import { dataPaths } from '../../../apps/ca-server/src/config/index.ts'
import {
  CA_SERVER_BIN,
  initCa,
  makeFolder,
  runCaServer,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { atTerminal } from '../../support/terminal-session.ts'
import { testContext } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const folder = makeFolder()
const at = (name: string): string => join(folder, name)
const OLD = 'the old passphrase'
const NEW = 'the new passphrase'

const fileWith = (name: string, text: string): string => {
  writeFileSync(at(name), `${text}\n`, { mode: 0o600 })
  return at(name)
}

let old: string
let fresh: string
beforeAll(() => {
  old = fileWith('old', OLD)
  fresh = fileWith('new', NEW)
})

const protect = (directory: string, args: readonly string[]) =>
  runCaServer(['--output', 'json', '--data-directory', directory, 'keys', 'protect', ...args])

/** As `serve` opens it: every key with its certificate. */
const open = async (directory: string, passphraseFile?: string): Promise<void> => {
  const context = testContext(() => new Date())
  const opened = await openAuthority(context, dataPaths(directory), { passphraseFile })
  await opened.close()
}

const labels = (directory: string): string[] => {
  const keys = join(directory, 'keys')
  const texts = readdirSync(keys)
    .filter((name) => name.endsWith('.pem'))
    .map((name) => readFileSync(join(keys, name), 'utf8'))
  return [...new Set(texts.flatMap((text) => decodePemBlocks(text).map(({ label }) => label)))]
}

describe('ca-server keys protect', () => {
  it('encrypts keys in plaintext, changes the passphrase, and undoes it', async () => {
    const directory = at('ca')
    await expect(initCa(directory)).resolves.toMatchObject({ exitCode: 0 })
    expect(await protect(directory, ['--new-passphrase-file', old])).toMatchObject({ exitCode: 0 })
    expect(labels(directory)).toEqual(['ENCRYPTED PRIVATE KEY'])
    await open(directory, old)
    const changed = ['--passphrase-file', old, '--new-passphrase-file', fresh]
    expect(await protect(directory, changed)).toMatchObject({ exitCode: 0 })
    await open(directory, fresh)
    expect(await codeOfAsync(open(directory, old))).toBe('ERR_PASSPHRASE_WRONG')
    const undone = ['--passphrase-file', fresh, '--insecure-plaintext-keys']
    expect(await protect(directory, undone)).toMatchObject({ exitCode: 0 })
    expect(labels(directory)).toEqual(['PRIVATE KEY'])
    await open(directory)
  })

  it('changes nothing with a wrong passphrase, and while the server runs', async () => {
    const ca = await startCaServer()
    try {
      expect(await protect(ca.directory, ['--new-passphrase-file', fresh])).toMatchObject({
        code: 'ERR_SERVER_RUNNING',
      })
      await ca.stop()
      await protect(ca.directory, ['--new-passphrase-file', old])
      const wrong = ['--passphrase-file', fresh, '--new-passphrase-file', fresh]
      expect(await protect(ca.directory, wrong)).toMatchObject({ code: 'ERR_PASSPHRASE_WRONG' })
      await open(ca.directory, old)
    } finally {
      await ca.dispose()
    }
  })

  it('refuses a passphrase that is too short, and two protections at once', async () => {
    const directory = at('short')
    await initCa(directory)
    const short = fileWith('short-passphrase', '1234567')
    expect(await protect(directory, ['--new-passphrase-file', short])).toMatchObject({
      code: 'ERR_PASSPHRASE_WRONG',
    })
    const both = ['--new-passphrase-file', fresh, '--insecure-plaintext-keys']
    expect(await protect(directory, both)).toMatchObject({ code: 'ERR_USAGE' })
    await open(directory)
  })
})

describeWith('systemd-creds', 'ca-server keys protect --seal', () => {
  it('seals the keys to this machine under a key of its own each time, and undoes it', async () => {
    const directory = at('sealed')
    const sealed = () => readFileSync(dataPaths(directory).sealedKek, 'utf8')
    await expect(initCa(directory)).resolves.toMatchObject({ exitCode: 0 })
    expect(await protect(directory, ['--seal'])).toMatchObject({ exitCode: 0 })
    expect(labels(directory)).toEqual(['ENCRYPTED PRIVATE KEY'])
    await open(directory)
    const first = sealed()
    expect(await protect(directory, ['--seal'])).toMatchObject({ exitCode: 0 })
    expect(sealed()).not.toBe(first)
    await open(directory)
    // What another machine sealed, or somebody changed, opens nothing.
    const spoilt = sealed().replace(/[A-Za-z](?=[^A-Za-z]*$)/, (last) => (last === 'A' ? 'B' : 'A'))
    const good = sealed()
    writeFileSync(dataPaths(directory).sealedKek, spoilt)
    expect(await codeOfAsync(open(directory))).toBe('ERR_PASSPHRASE_REQUIRED')
    writeFileSync(dataPaths(directory).sealedKek, good)
    expect(await protect(directory, ['--new-passphrase-file', old])).toMatchObject({ exitCode: 0 })
    expect(existsSync(dataPaths(directory).sealedKek)).toBe(false)
    await open(directory, old)
  })
})

describeWith('script', 'a passphrase at the terminal', () => {
  const program = (directory: string, ...args: readonly string[]) => [
    process.execPath,
    CA_SERVER_BIN,
    ...['--data-directory', directory, ...args],
  ]
  const init = (directory: string) =>
    program(directory, 'init', '--name', 'demo', '--address', '127.0.0.1')
  const PROMPT = 'Passphrase for the keys of the new CA'
  const AGAIN = 'The same passphrase again'

  it.skipIf(existsSync('/run/systemd/system'))(
    'is asked for twice, never shown, and opens the keys',
    async () => {
      const directory = at('typed')
      const made = await atTerminal(init(directory), [
        [PROMPT, OLD],
        [AGAIN, OLD],
      ])
      expect(made.exitCode, made.screen).toBe(0)
      expect(made.screen).not.toContain(OLD)
      await open(directory, old)
      const changed = await atTerminal(program(directory, 'keys', 'protect'), [
        ['Passphrase of the CA', OLD],
        ['New passphrase of the CA', NEW],
        [AGAIN, NEW],
      ])
      expect(changed.exitCode, changed.screen).toBe(0)
      await open(directory, fresh)
    },
  )

  it.skipIf(existsSync('/run/systemd/system'))(
    'is refused if the second one differs, or if none is given',
    async () => {
      const differs = await atTerminal(init(at('differs')), [
        [PROMPT, OLD],
        [AGAIN, NEW],
      ])
      expect(differs).toMatchObject({ exitCode: 78 })
      expect(differs.screen).toContain('the two passphrases differ')
      const none = await atTerminal(init(at('none')), [[PROMPT, '\u0003']])
      expect(none).toMatchObject({ exitCode: 78 })
      expect(existsSync(at('differs')) || existsSync(at('none'))).toBe(false)
    },
  )
})
