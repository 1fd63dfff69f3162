import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { geteuid } from 'node:process'
import { createLog } from '@easycerts/adapters/log'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import { stringify } from 'yaml'
import { type CertmgrConfig, loadConfig } from '../../../apps/certmgr/src/config/index.ts'
import { openContext } from '../../../apps/certmgr/src/daemon/index.ts'
import {
  type CertmgrContext,
  type Memory,
  newMemory,
  recover,
  runPass,
} from '../../../apps/certmgr/src/pass/index.ts'
import { loadAllSpecs } from '../../../apps/certmgr/src/specs/index.ts'
import { readKnown } from '../../../apps/certmgr/src/state/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type TestClock, testClock } from './test-node.ts'
import { AUTH_KEY } from '../cfssl/start-cfssl.ts'

/** A machine with specs of the old certmgr alone, whose paths are all in one folder. */
export interface OldMachine {
  readonly folder: string
  /** The configuration, for -f. */
  readonly config: string
  readonly time: TestClock
  readonly log: string[]
  readonly at: (name: string) => string
  readonly write: (name: string, text: string) => void
  readonly read: (name: string) => string
  readonly certificate: (name: string) => Certificate
  /** A spec below certmgr.d: the text itself, or a value that becomes JSON. */
  readonly spec: (name: string, spec: string | object) => void
  /** Lines that the action of `oldSpec` wrote. */
  readonly actions: () => string[]
  /** Every file with its octets, but certmgr's own state and what actions wrote. */
  readonly files: () => Record<string, string>
  /** A certmgr that has just started; the one before is as if it had been killed. */
  readonly start: (
    environment?: Record<string, string>,
    settings?: Partial<CertmgrConfig>,
  ) => Promise<OldRunning>
}

export interface OldRunning {
  readonly context: CertmgrContext
  readonly memory: Memory
  readonly pass: () => Promise<Date>
}

export const oldMachine = (settings: object = {}): OldMachine => {
  const folder = temporaryFolder()
  const at = (name: string): string => join(folder, name)
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), text)
  }
  const read = (name: string): string => readFileSync(at(name), 'utf8')
  const time = testClock()
  const log: string[] = []
  const config = at('certmgr.yaml')
  const own = { dir: at('certmgr.d'), state: at('state'), svcmgr: 'command' }
  write('certmgr.yaml', stringify({ ...own, ...settings }))
  mkdirSync(at('certmgr.d'))
  return {
    folder,
    config,
    time,
    log,
    at,
    write,
    read,
    certificate: (name) => parseCertificatePem(read(name)),
    spec: (name, spec) =>
      write(
        `certmgr.d/${name.includes('.') ? name : `${name}.json`}`,
        typeof spec === 'string' ? spec : JSON.stringify(spec, null, 2),
      ),
    actions: () => linesOf(folder, 'actions'),
    files: () => contentsOf(at('pki')),
    start: async (environment = {}, more = {}) => {
      const loaded = { ...loadConfig({ root: '/', file: config, environment }), ...more }
      const sink = { write: (text: string) => log.push(text) }
      const context = openContext(loaded, loadAllSpecs(loaded), {
        clock: time.clock,
        log: createLog({ sink, format: 'text', level: 'debug', clock: time.clock }),
        signal: new AbortController().signal,
        uid: geteuid?.() ?? 0,
        environment,
      })
      await recover(context)
      const memory = newMemory(time.clock(), readKnown(context))
      return { context, memory, pass: () => runPass(context, memory) }
    },
  }
}

const linesOf = (folder: string, name: string): string[] => {
  try {
    return readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return []
  }
}

const contentsOf = (directory: string): Record<string, string> => {
  try {
    return Object.fromEntries(
      readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
    )
  } catch {
    return {}
  }
}

/** A spec as the manual of the old certmgr has it, whose files and action stay in the folder. */
export const oldSpec = (
  { at }: Pick<OldMachine, 'at'>,
  remote: string,
  more: { readonly name?: string; readonly authority?: object } & Record<string, unknown> = {},
): Record<string, unknown> => {
  const { name = 'web', authority = {}, ...fields } = more
  return {
    action: `echo "$CERTMGR_CA_PATH $CERTMGR_CERT_PATH $CERTMGR_KEY_PATH" >> ${at('actions')}`,
    request: {
      CN: `${name}.example`,
      hosts: [`${name}.example`, '127.0.0.1'],
      key: { algo: 'ecdsa', size: 256 },
      names: [{ O: 'Lab' }],
    },
    private_key: { path: at(`pki/${name}.key`), mode: '0600' },
    certificate: { path: at(`pki/${name}.pem`), mode: '0644' },
    ca: { path: at('pki/ca.pem'), mode: '0644' },
    authority: { remote, auth_key: AUTH_KEY, label: '', profile: 'server', ...authority },
    ...fields,
  }
}
