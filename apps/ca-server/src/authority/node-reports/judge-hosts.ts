import { type Host, type NodeFacts } from '@easycerts/shared/cluster'
import { type EasycertsError } from '@easycerts/shared/errors'
import { refusal } from '@easycerts/shared/issuance'
import { faultOfMachineHost } from '@easycerts/shared/node-report'
import type { Authority } from '../authority.ts'
import { findHostOfMaster, findReservedHost } from '../reserved-hosts.ts'
import type { NodeRow, Reading } from '../store/index.ts'
import { findUncertifiableHost } from '../uncertifiable-hosts.ts'

type Named = Pick<NodeFacts, 'name' | 'role'>

/** What the records say of others, read once for all hosts of a report. */
interface Others {
  readonly masters: readonly NodeRow[]
  /** By host, the other node that has it. */
  readonly bearers: ReadonlyMap<string, string>
}

/** Why a node may not have a host, as the refusal that says so; undefined for one that it may. */
type HostRule = (authority: Authority, others: Others, host: Host) => EasycertsError | undefined

const reserved = (rule: string, { value }: Host, whose: string): EasycertsError =>
  refusal('ERR_NAME_RESERVED', rule, `${value} is a name or an address of ${whose}`)

/** None of these becomes a certificate's name because a node says so. */
const RULES: readonly HostRule[] = [
  ({ cluster }, _, host) => {
    const fault = faultOfMachineHost(host, cluster)
    return fault === undefined
      ? undefined
      : refusal('ERR_NAME_INVALID', 'host-of-machine', `${host.value} ${fault}`)
  },
  (authority, _, host) => findUncertifiableHost(authority, [host]),
  (authority, _, host) =>
    findReservedHost(authority, [host])
      ? reserved('reserved-name', host, 'the CA or of kube-apiserver')
      : undefined,
  (_, { masters }, host) =>
    findHostOfMaster(masters, [host]) ? reserved('host-of-master', host, 'a master') : undefined,
  (_, { bearers }, host) => {
    const other = bearers.get(host.value)
    return other === undefined ? undefined : reserved('host-of-other-node', host, `node ${other}`)
  },
]

export interface JudgedHost {
  readonly host: Host
  readonly objection: EasycertsError | undefined
}

/** Each host with the first rule that it breaks. */
export const judgeHosts = async (
  authority: Authority,
  reading: Reading,
  { name }: Named,
  hosts: readonly Host[],
): Promise<JudgedHost[]> => {
  const values = hosts.map(({ value }) => value)
  const now = authority.clock().toISOString()
  const bearers = await reading.listOtherBearers(values, name, now)
  const others = {
    masters: await otherMasters(reading, name),
    bearers: new Map(bearers.map(({ host, node }) => [host, node])),
  }
  return hosts.map((host) => ({ host, objection: firstObjection(authority, others, host) }))
}

const firstObjection = (...[authority, others, host]: Parameters<HostRule>) => {
  for (const rule of RULES) {
    const objection = rule(authority, others, host)
    if (objection) return objection
  }
  return undefined
}

const otherMasters = async (reading: Reading, name: string): Promise<NodeRow[]> =>
  (await reading.listMasters()).filter((master) => master.name !== name)

/**
 * Why an operator may not give a node these hosts: to a worker what tickets refuse it, to nobody
 * what no certificate can bear.
 */
export const objectionToOperator = async (
  authority: Authority,
  reading: Reading,
  { name, role }: Named,
  hosts: readonly Host[],
): Promise<EasycertsError | undefined> => {
  const uncertifiable = findUncertifiableHost(authority, hosts)
  if (uncertifiable || role === 'master') return uncertifiable
  const masters = await otherMasters(reading, name)
  const host = findReservedHost(authority, hosts) ?? findHostOfMaster(masters, hosts)
  return host && reserved('reserved-name', host, 'the CA, of kube-apiserver or of a master')
}
