import type { DesiredFile } from '@easycerts/adapters/stack-installation'
import { caServerHardening, serializeUnit, type Directive } from '@easycerts/units/systemd'
import { ERROR_CODES } from '@easycerts/shared/errors'

export const CA_SERVER_UNIT = 'ca-server.service'

export interface CaServerUnitFacts {
  /** /etc/systemd/system, or below /run where /etc cannot be written. */
  readonly unitDirectory: string
  /** What starts this program: node and the script. */
  readonly programWords: readonly string[]
  readonly dataDirectory: string
  readonly passphraseFile: string | undefined
  /** The key-encryption key is sealed by systemd. */
  readonly isSealed: boolean
  /** There while our server has the place of the old one. */
  readonly mark: string
}

/**
 * The unit of the new server and what keeps the old one down. At every boot exactly one of them
 * starts, for the mark is a condition of both: whatever instant a power cut chooses.
 */
export const unitFilesOf = (
  facts: CaServerUnitFacts,
  oldUnit: string | undefined,
): DesiredFile[] => {
  const { unitDirectory, mark } = facts
  const files = [{ path: `${unitDirectory}/${CA_SERVER_UNIT}`, content: unitText(facts) }]
  const held = `[Unit]\n# Since "ca-server import": its port is served by ${CA_SERVER_UNIT}.\nConditionPathExists=!${mark}\n`
  if (oldUnit !== undefined)
    files.push({ path: `${unitDirectory}/${oldUnit}.d/easycerts-adoption.conf`, content: held })
  return files.map((file) => ({ ...file, mode: 0o644 }))
}

const unitText = (facts: CaServerUnitFacts): string => {
  const { programWords, dataDirectory, passphraseFile, isSealed, mark } = facts
  const [program = '', ...first] = programWords
  const passphrase = passphraseFile === undefined ? [] : ['--passphrase-file', passphraseFile]
  const directory = ['--data-directory', dataDirectory]
  const service: Directive[] = [
    ['Type', 'notify'],
    ['NotifyAccess', 'all'],
    ['WatchdogSec', '60'],
    ['Restart', 'always'],
    ['RestartSec', '5'],
    ['RestartPreventExitStatus', String(ERROR_CODES.ERR_CONFIG_INVALID.exit)],
    ['ExecStart', { program, arguments: [...first, ...directory, 'serve', ...passphrase] }],
    ['ExecReload', { program, arguments: [...first, ...directory, 'config', 'reload'] }],
    ['ReadWritePaths', dataDirectory],
    ...(isSealed
      ? [['LoadCredentialEncrypted', `ca-server-kek:${dataDirectory}/keys/kek.cred`] as const]
      : []),
    ...caServerHardening([program, ...first]),
  ]
  return serializeUnit({
    name: CA_SERVER_UNIT,
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', 'ca-server, the certificate authority of the cluster'],
          ['After', 'network-online.target'],
          ['Wants', 'network-online.target'],
          ['ConditionPathExists', mark],
        ],
      },
      { name: 'Service', directives: service },
      { name: 'Install', directives: [['WantedBy', 'multi-user.target']] },
    ],
  })
}
