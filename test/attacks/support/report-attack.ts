import type { NodeReport } from '@easycerts/shared/node-report'
import { parseCertificatePem } from '@easycerts/shared/x509'
import type { CaServerConfigFile } from '../../../apps/ca-server/src/config/index.ts'
import {
  askCertificate,
  callAs,
  type Identity,
  joinNode,
  type RawAnswer,
} from '../../support/joiner.ts'
import { sampleReport } from '../../support/sample-report.ts'
import { type AttackedCa, startAttackedCa } from './attacked-ca.ts'

type Nodes = NonNullable<CaServerConfigFile['nodes']>

/** Worker-1 is hostile; worker-2 (10.0.0.12) and master-1 (10.0.0.21) are honest. */
export interface ReportAttack {
  readonly ca: AttackedCa
  readonly thief: Identity
  readonly victim: Identity
  readonly master: Identity
  /** What it answers to a report of these addresses; anything may be laid over the honest body. */
  readonly report: (
    who: Identity,
    addresses: readonly string[],
    more?: Readonly<Record<string, unknown>>,
  ) => Promise<RawAnswer>
  /** Names and addresses of a node on record. */
  readonly hostsOf: (node: string) => Promise<string[]>
  readonly changes: () => Promise<
    {
      node: string
      id: string
      added: string[]
      refused: { host: string; rule: string }[]
      why: string
    }[]
  >
  readonly logged: (kind: string) => Promise<{ body: Record<string, unknown> }[]>
  /** Names of a new serving certificate. */
  readonly servingNames: (who: Identity) => Promise<string[]>
}

/** The widest policy that there is: what fails under it fails under any. */
const WIDEST: Nodes = { addressChanges: 'allow', allowedNetworks: ['0.0.0.0/0', '::/0'] }

export const startReportAttack = async (nodes: Nodes = WIDEST): Promise<ReportAttack> => {
  const addresses = ['127.0.0.1', 'localhost', '10.0.0.5', 'ca.demo.example']
  const ca = await startAttackedCa({ config: { addresses, nodes } })
  const thief = await joinNode(ca, 'worker-1', { hosts: ['10.0.0.11'] })
  const victim = await joinNode(ca, 'worker-2', { hosts: ['10.0.0.12', 'db.example.com'] })
  const master = await joinNode(ca, 'master-1', {
    role: 'master',
    hosts: ['10.0.0.21', 'api.example.com'],
  })
  const report: ReportAttack['report'] = (who, machine, more = {}) =>
    callAs(ca, who, 'POST', '/v1/node/report', {
      ...sampleReport(machine),
      ...(more as Partial<NodeReport>),
    })
  return {
    ...{ ca, thief, victim, master, report },
    hostsOf: async (node) => {
      const { body } = await ca.operator('GET', `/v1/nodes/${node}`)
      return body['hosts'] as string[]
    },
    changes: async () => {
      const { body } = await ca.operator('GET', '/v1/node-changes')
      return body['changes'] as Awaited<ReturnType<ReportAttack['changes']>>
    },
    logged: async (kind) => {
      const { body } = await ca.operator('GET', `/v1/log?limit=1000&kind=${kind}`)
      return body['entries'] as { body: Record<string, unknown> }[]
    },
    servingNames: async (who) => {
      const { body } = await askCertificate(ca, who, 'kubelet-serving')
      return parseCertificatePem(String(body['certificate'])).names.map(({ value }) => value)
    },
  }
}
