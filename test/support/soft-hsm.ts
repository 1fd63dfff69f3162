import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
]

const PIN = '271828'

/** A software token in a folder of its own. */
export interface SoftHsm {
  readonly module: string
  readonly label: string
  readonly pin: string
  /** Mode 0600. */
  readonly pinFile: string
  /** What a process that uses the token must have. */
  readonly env: Readonly<Record<string, string>>
  /** The flags of `ca-server init`. */
  readonly initArgs: readonly string[]
  /** As if the token were pulled out of its slot, and put back. */
  readonly remove: () => void
  readonly putBack: () => void
  /** Another token beside it. */
  readonly addToken: (label: string) => void
}

export const createSoftHsm = (folder: string, label = 'easycerts'): SoftHsm => {
  const tokens = join(folder, 'tokens')
  mkdirSync(tokens, { recursive: true })
  const config = join(folder, 'softhsm2.conf')
  writeFileSync(config, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`)
  const pinFile = join(folder, 'pin')
  writeFileSync(pinFile, `${PIN}\n`, { mode: 0o600 })
  const env = { SOFTHSM2_CONF: config }
  const addToken = (name: string): void => {
    const { status, stderr } = spawnSync(
      'softhsm2-util',
      ['--init-token', '--free', '--label', name, '--so-pin', '31415926', '--pin', PIN],
      { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`softhsm2-util: ${stderr}`)
  }
  addToken(label)
  const module = MODULES.find((path) => existsSync(path)) ?? ''
  return {
    module,
    label,
    pin: PIN,
    pinFile,
    env,
    initArgs: [
      ...['--pkcs11-module', module, '--pkcs11-token', label],
      ...['--pkcs11-pin-file', pinFile],
    ],
    remove: () => renameSync(tokens, `${tokens}.away`),
    putBack: () => renameSync(`${tokens}.away`, tokens),
    addToken,
  }
}
