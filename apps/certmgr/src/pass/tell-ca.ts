import type { NodeClient } from '@easycerts/adapters/ca-client'
import { readTextFileIfAny } from '@easycerts/adapters/files'
import { failureFields } from '@easycerts/adapters/log'
import type { RouteReply } from '@easycerts/shared/api'
import { sha256Hex } from '@easycerts/shared/encoding'
import type { NodeReport } from '@easycerts/shared/node-report'
import { pathOn } from '../disk/index.ts'
import { buildNodeReport, machineHostsOf } from '../node-report/index.ts'
import { readRejoinMark } from '../state/index.ts'
import { VERSION } from '../version.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { provesUse } from './proofs/proves-use.ts'
import { isOfJoinedCa } from './renew-due.ts'
import { survey } from './survey.ts'

/** What the CA told at the start of this exchange, and when. */
export interface ToldByCa {
  readonly facts: Pick<RouteReply<'node'>, 'cluster' | 'time'>
  readonly at: Date
}

/**
 * Tells the CA what this machine is and has, at the end of every exchange. Nothing depends on it: a
 * CA that does not take it is told again at the next contact.
 */
export const tellCa = async (
  context: CertmgrContext,
  memory: Memory,
  client: NodeClient,
  told: ToldByCa,
): Promise<void> => {
  const { log, clock, signal, leases } = context
  try {
    const { change, members } = await client.report(reportOf(context, memory, told))
    if (members)
      await leases.save({
        ...leases.current(),
        members: { ...leases.current().members, ...members },
      })
    // The names of certificates follow at the next contact, which need not be far.
    if (change === 'applied') memory.contactAt = clock()
  } catch (error) {
    if (!signal.aborted) log.debug('the CA takes no report', failureFields(error))
  }
}

const reportOf = (
  context: CertmgrContext,
  memory: Memory,
  { facts: { cluster, time }, at }: ToldByCa,
): NodeReport => {
  const { config, specs, place, paths, machine, trust } = context
  return buildNodeReport({
    version: VERSION,
    trust: trust.load().trust?.document,
    machine: machineHostsOf(machine, { cluster, ignoreInterfaces: config.ignoreInterfaces }),
    findings: survey(context, memory, isOfJoinedCa).map(({ finding }) => finding),
    bundles: specs.trustBundles
      .filter((spec) => !spec.source)
      .map(({ name, file }) => [name, digestOf(pathOn(place, file.path))]),
    clockOffset: at.getTime() - new Date(time).getTime(),
    attempts: memory.attempts,
    proofs: provesUse(config) ? context.proofs.current() : {},
    isRejoinNeeded: readRejoinMark(paths.rejoin) !== undefined,
  })
}

const digestOf = (path: string): string | undefined => {
  try {
    const text = readTextFileIfAny(path)
    return text === undefined ? undefined : sha256Hex(Buffer.from(text))
  } catch {
    return undefined
  }
}
