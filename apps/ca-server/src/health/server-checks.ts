import { statfs } from 'node:fs/promises'
import { describeDuration } from '@easycerts/shared/time'
import { parseTrustDocument } from '@easycerts/shared/trust'
import {
  type Authority,
  countReports,
  findReconciliation,
  isReconciling,
  statusOfClock,
} from '../authority/index.ts'
import type { ServingCertificate } from '../serving/index.ts'
import { type Finding, type HealthCheck, failed, ok } from './health-check.ts'
import type { ServerLedger } from './server-ledger.ts'

export interface HealthSources {
  readonly authority: Authority
  readonly serving: ServingCertificate
  readonly ledger: ServerLedger
  readonly directory: string
}

/** Whether the process works at all: its event loop and its database answer. */
export const livenessCheck = ({ store }: Pick<Authority, 'store'>): HealthCheck => ({
  name: 'database-readable',
  level: 'required',
  look: async () => {
    await store.read((reading) => reading.findMeta('store-id'))
    return ok('answers')
  },
})

/** What a load balancer and an operator must know, in the order in which it hurts. */
export const serverChecks = (sources: HealthSources): HealthCheck[] => {
  const { authority, serving, ledger, directory } = sources
  const now = (): Date => authority.clock()
  return [
    { name: 'accepting', level: 'required', look: () => accepting(ledger) },
    livenessCheck(authority),
    { name: 'database-writable', level: 'required', look: () => lastCommit(ledger) },
    { name: 'issuers', level: 'required', look: () => issuersAt(authority, now()) },
    {
      name: 'server-certificate',
      level: 'required',
      look: () => validUntil('it', serving.current().certificate.validity.notAfter, now()),
    },
    { name: 'clock', level: 'required', look: () => clockOf(authority) },
    { name: 'maintenance', level: 'advisory', look: () => maintenanceOf(ledger) },
    { name: 'tickets', level: 'advisory', look: () => ticketAlarmsOf(authority, now()) },
    { name: 'trust-document', level: 'advisory', look: () => trustOf(authority, now()) },
    { name: 'identities', level: 'advisory', look: () => identitiesOf(authority) },
    { name: 'reconciliation', level: 'advisory', look: () => reconciliationOf(authority, now()) },
    { name: 'nodes', level: 'advisory', look: () => nodesOf(authority) },
    { name: 'disk-space', level: 'advisory', look: () => diskSpaceOf(directory) },
  ]
}

const accepting = (ledger: ServerLedger): Finding =>
  ledger.isDraining() ? failed('draining: the server is stopping') : ok('takes requests')

const lastCommit = (ledger: ServerLedger): Finding => {
  const last = ledger.lastCommit()
  if (!last) return ok('nothing was written yet')
  return last.isDurable ? ok('the last commit is durable') : failed('the last commit failed')
}

const issuersAt = ({ issuers }: Authority, now: Date): Finding => {
  const ended = Object.values(issuers).filter(({ notAfter }) => notAfter < now)
  const names = ended.map(({ id }) => id).join(', ')
  return ended.length > 0 ? failed(`expired: ${names}`) : ok(`${Object.keys(issuers).length} valid`)
}

const validUntil = (what: string, notAfter: Date, now: Date): Finding => {
  const left = notAfter.getTime() - now.getTime()
  return left > 0
    ? ok(`valid for ${describeDuration(left)}`)
    : failed(`${what} expired ${describeDuration(-left)} ago`)
}

const clockOf = async (authority: Authority): Promise<Finding> => {
  const { state, by } = await statusOfClock(authority)
  if (state === 'good') return ok('believed')
  return failed(`${state} by ${by ?? 'an unknown time'}: issuance is held`)
}

const maintenanceOf = (ledger: ServerLedger): Finding => {
  const failing = ledger.outcomes().filter(({ failure }) => failure !== undefined)
  if (failing.length === 0) return ok('no task fails')
  return failed(failing.map(({ task, failure }) => `${task}: ${failure ?? ''}`).join('; '))
}

const ticketAlarmsOf = ({ ticketAlarms }: Authority, now: Date): Finding => {
  const alarms = ticketAlarms.recent(now)
  const [last] = alarms.slice(-1)
  return last === undefined
    ? ok('no alarm within the hour')
    : failed(`${alarms.length} alarms within the hour, the last: ${last}`)
}

const trustOf = async ({ store }: Authority, now: Date): Promise<Finding> => {
  const newest = await store.read((reading) => reading.findNewestTrust())
  if (!newest) return failed('there is none yet')
  const { version, expiresAt } = parseTrustDocument(newest.document)
  return validUntil(`version ${version}`, new Date(expiresAt), now)
}

const reconciliationOf = async ({ store }: Authority, now: Date): Promise<Finding> => {
  const reconciliation = await store.read(findReconciliation)
  return isReconciling(reconciliation, now)
    ? failed(`adopting what was issued after the backup, until ${reconciliation.until}`)
    : ok('no restore is being reconciled')
}

const nodesOf = async (authority: Authority): Promise<Finding> => {
  const { silent, failing } = await countReports(authority)
  const text = `${silent} silent for a day, ${failing} failing`
  return silent + failing > 0 ? failed(text) : ok(text)
}

/** Names that fit into one line; the list has the rest. */
const NAMED_NODES = 5

const identitiesOf = async ({ store }: Authority): Promise<Finding> => {
  const { rows } = await store.read((reading) =>
    reading.pageOfNodes({ state: 'frozen' }, NAMED_NODES),
  )
  if (rows.length === 0) return ok('no identity has two holders')
  const names = rows.map(({ name }) => name).join(', ')
  return failed(`used by two holders, frozen: ${names}; see "ca-server node list --state frozen"`)
}

const MIN_FREE_OCTETS = 256 * 1024 * 1024

const diskSpaceOf = async (directory: string): Promise<Finding> => {
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  const text = `${Math.floor(free / 1024 / 1024)} MiB free`
  return free < MIN_FREE_OCTETS ? failed(text) : ok(text)
}
