import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createLog } from '@easycerts/adapters/log'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import { stringify } from 'yaml'
import { loadConfig } from '../../../apps/certmgr/src/config/index.ts'
import { openContext } from '../../../apps/certmgr/src/daemon/index.ts'
import type { MachineSource } from '../../../apps/certmgr/src/node-report/index.ts'
import { type Memory, newMemory, runPass } from '../../../apps/certmgr/src/pass/index.ts'
import { loadSpecs } from '../../../apps/certmgr/src/specs/index.ts'
import { readKnown } from '../../../apps/certmgr/src/state/index.ts'
import type { AttackedCa } from '../../attacks/support/attacked-ca.ts'
import { newNode } from '../../attacks/support/joining-node.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { certificateSpec, trustSpec } from './test-node.ts'

/** A certmgr of a node that joined a real server, on a machine that the test moves about. */
export interface ReportingNode {
  readonly root: string
  readonly memory: Memory
  readonly log: readonly string[]
  /** What the operating system says from now on. */
  readonly move: (hostName: string, ...addresses: readonly (readonly [string, string])[]) => void
  /** One pass at the time of this clock, with the CA asked. */
  readonly pass: () => Promise<Date>
  readonly certificate: (name: string) => Certificate
  readonly has: (path: string) => boolean
}

/** With a client's and a server's certificate, of which only the second one names addresses. */
export const reportingNode = async (
  ca: AttackedCa,
  name: string,
  { clock, hosts }: { readonly clock: () => Date; readonly hosts: readonly string[] },
): Promise<ReportingNode> => {
  const root = temporaryFolder()
  const joined = await newNode(ca, name, { hosts })
  await joined.join(ca.joinPort)
  await joined.confirm(ca.nodePort)
  cpSync(joined.store.directory, join(root, NODE_PATHS.identityDirectory), { recursive: true })
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const spec of [certificateSpec('kubelet-client'), certificateSpec('kubelet-serving')])
    write(`${NODE_PATHS.specDirectory}/${String(spec['name'])}.yaml`, stringify(spec))
  write(`${NODE_PATHS.specDirectory}/trust-client-ca.yaml`, stringify(trustSpec('client-ca')))
  const lines: string[] = []
  const config = loadConfig({ root, file: undefined })
  const sink = { write: (text: string) => lines.push(text) }
  const log = createLog({ sink, format: 'text', level: 'debug', clock })
  const { signal } = new AbortController()
  const uid = process.geteuid?.() ?? 0
  let machine: MachineSource = { hostName: () => '', addresses: () => [] }
  const context = {
    ...openContext(config, loadSpecs(config.specs), { clock, log, signal, uid }),
    machine: { hostName: () => machine.hostName(), addresses: () => machine.addresses() },
  }
  const memory = newMemory(clock(), readKnown(context))
  return {
    ...{ root, memory, log: lines },
    move: (hostName, ...addresses) => {
      const all = addresses.map(([interfaceName, address]) => ({ interfaceName, address }))
      machine = { hostName: () => hostName, addresses: () => all }
    },
    pass: () => {
      memory.contactAt = clock()
      return runPass(context, memory)
    },
    certificate: (spec) =>
      parseCertificatePem(readFileSync(join(root, `/pki/${spec}.crt`), 'utf8')),
    has: (path) => existsSync(join(root, path)),
  }
}
