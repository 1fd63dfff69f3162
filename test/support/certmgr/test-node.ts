import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { geteuid } from 'node:process'
import { openIdentityStore, type IdentityStore } from '@easycerts/adapters/identity-store'
import { createLog } from '@easycerts/adapters/log'
import { witnessJoin } from '@easycerts/adapters/log-witness'
import { generateSigningKey } from '@easycerts/shared/key'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import { onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../../apps/certmgr/src/config/index.ts'
import { openContext } from '../../../apps/certmgr/src/daemon/index.ts'
import {
  type CertmgrContext,
  type Memory,
  newMemory,
  recover,
  runPass,
} from '../../../apps/certmgr/src/pass/index.ts'
import { loadSpecs } from '../../../apps/certmgr/src/specs/index.ts'
import { readKnown } from '../../../apps/certmgr/src/state/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { startTestCa, type TestCa } from './test-ca.ts'

/** A clock that stands still until somebody moves it. */
export interface TestClock {
  now: Date
  readonly clock: () => Date
  readonly advance: (milliseconds: number) => void
}

export const testClock = (): TestClock => {
  const time = {
    now: new Date(),
    clock: () => time.now,
    advance: (milliseconds: number) => {
      time.now = new Date(time.now.getTime() + milliseconds)
    },
  }
  return time
}

/** A node that has joined, below a root of its own, with a systemctl that writes down its words. */
export interface TestNode {
  readonly root: string
  readonly ca: TestCa
  readonly time: TestClock
  readonly store: IdentityStore
  readonly log: string[]
  /** Words of each call of systemctl so far. */
  readonly actions: () => string[]
  /** Makes the next calls of systemctl fail, or work again. */
  readonly breakSystemctl: (isBroken: boolean) => void
  readonly write: (path: string, text: string) => void
  readonly read: (path: string) => string
  readonly certificate: (path: string) => Certificate
  /** A certmgr that has just started; the one before is as if it had been killed. */
  readonly start: () => Promise<Running>
}

export interface Running {
  readonly context: CertmgrContext
  readonly memory: Memory
  readonly pass: () => Promise<Date>
}

/** Its words: a directory, then those of systemctl. */
const SYSTEMCTL = `
directory=$1
shift
echo "$*" >> "$directory/actions"
if [ -e "$directory/broken" ]; then echo 'unit is masked' >&2; exit 1; fi
`

export const joinedNode = async (
  specs: readonly Record<string, unknown>[],
  facts?: TestCa['node'],
): Promise<TestNode> => {
  const root = temporaryFolder()
  const time = testClock()
  const ca = await startTestCa(time.clock, facts)
  onTestFinished(() => ca.close())
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const read = (path: string): string => readFileSync(join(root, path), 'utf8')
  write('/systemctl.sh', SYSTEMCTL)
  write('/actions', '')
  const systemctl = ['/bin/sh', join(root, 'systemctl.sh'), root]
  write(NODE_PATHS.certmgrConfig, stringify({ serviceManager: { systemctl } }))
  for (const spec of specs)
    write(`${NODE_PATHS.specDirectory}/${String(spec['name'])}.yaml`, stringify(spec))
  const store = openIdentityStore(join(root, NODE_PATHS.identityDirectory), uid())
  await joinWithout(store, ca)
  const log: string[] = []
  return {
    root,
    ca,
    time,
    store,
    log,
    write,
    read,
    actions: () =>
      read('/actions')
        .split('\n')
        .filter((line) => line !== ''),
    breakSystemctl: (isBroken) => {
      if (isBroken) write('/broken', '')
      else rmSync(join(root, 'broken'))
    },
    certificate: (path) => parseCertificatePem(read(path)),
    start: async () => {
      const context = open(root, time, log)
      await recover(context)
      const memory = newMemory(time.clock(), readKnown(context))
      return { context, memory, pass: () => runPass(context, memory) }
    },
  }
}

const open = (root: string, { clock }: TestClock, lines: string[]): CertmgrContext => {
  const config = loadConfig({ root, file: undefined })
  const sink = { write: (text: string) => lines.push(text) }
  const log = createLog({ sink, format: 'text', level: 'debug', clock })
  const signal = new AbortController().signal
  return openContext(config, loadSpecs(config.specs), { clock, log, signal, uid: uid() })
}

const uid = (): number => geteuid?.() ?? 0

/** The state that node-join leaves behind. */
const joinWithout = async (store: IdentityStore, ca: TestCa): Promise<void> => {
  const key = await generateSigningKey('ecdsa-p256')
  await store.savePending('join', key)
  const certificate = ca.issueIdentity(key.publicKey)
  const { fingerprint } = certificate
  ca.log.append('certificate-issued', { fingerprint })
  const receipt = { ...ca.log.receipt(fingerprint), publicKey: ca.log.publicKey }
  await witnessJoin(store.directory, receipt, fingerprint)
  await store.savePendingCertificate('join', certificate)
  await store.saveAnchor(ca.anchorPem)
  const { node, cluster, url } = ca
  await store.saveRecord({ version: 1, ticketId: 'abc', node, cluster, endpoints: [url] })
  await store.promotePending('join')
  await store.markConfirmed()
}

/** A certificate spec as node-join writes it, of a worker's unless told otherwise. */
export const certificateSpec = (
  name: string,
  more: {
    readonly profile?: string
    readonly group?: string
    readonly rotation?: 'keep' | 'renew'
    readonly actions?: object
  } = {},
): Record<string, unknown> => ({
  kind: 'Certificate',
  name,
  profile: more.profile ?? name,
  group: more.group ?? 'kubelet',
  certificate: { path: `/pki/${name}.crt` },
  key: { path: `/pki/${name}.key`, rotation: more.rotation ?? 'renew' },
  actions: more.actions ?? {},
})

export const trustSpec = (purpose: string, actions: object = {}): Record<string, unknown> => ({
  kind: 'TrustBundle',
  name: `trust-${purpose}`,
  purpose,
  file: { path: `/pki/${purpose}.crt` },
  actions,
})
