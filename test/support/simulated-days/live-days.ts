import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openTrustStore } from '@easycerts/adapters/trust-store'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { renewalTime } from '@easycerts/shared/renewal'
import { type Certificate, isValidAt, parseCertificatePem } from '@easycerts/shared/x509'
import { readProofs, readStatus, statePaths } from '../../../apps/certmgr/src/state/index.ts'
import type { CaServerProcess } from '../ca-server-process.ts'
import { askOnce } from '../consumers/tls-load.ts'
import type { FakeClock } from '../fake-clock.ts'
import { until } from '../until.ts'
import { DAY_CERTIFICATES, type DayCertificate, type DayNode } from './day-node.ts'
import type { LivedStep } from './judge-days.ts'
import type { PlannedStep } from './plan-days.ts'

/** What happened, for the judge. */
export interface LivedDays {
  readonly steps: readonly LivedStep[]
  /** In the order in which they lay on the disk; `identity` is the node's own. */
  readonly certificates: ReadonlyMap<DayCertificate | 'identity', readonly Certificate[]>
  /** What should not have been, in words. */
  readonly faults: readonly string[]
  readonly kills: number
  /** Of these, while something was to be renewed. */
  readonly killsInRenewals: number
  /** Of the document that the node has come to. */
  readonly trustVersion: number
}

interface Days {
  readonly ca: CaServerProcess
  readonly clock: FakeClock
  readonly day: DayNode
}

const NAMES = [...DAY_CERTIFICATES, 'identity'] as const

const SETTLES_WITHIN = 20_000
const [LAST_ATTEMPT, PAUSE] = [60, 50]

/** Lives through the steps, and looks after each of them at everything that is served. */
export const liveDays = async (
  { ca, clock, day }: Days,
  plan: readonly PlannedStep[],
): Promise<LivedDays> => {
  const { node } = day
  const directory = join(node.folder, NODE_PATHS.identityDirectory)
  const markDirectory = join(node.folder, NODE_PATHS.certmgrState)
  const paths = statePaths(markDirectory)
  const trust = openTrustStore({ directory, markDirectory })
  const steps: LivedStep[] = []
  const seen = new Map<DayCertificate | 'identity', Certificate[]>()
  const faults: string[] = []
  let [ahead, wasCaUp, kills, killsInRenewals, version] = [0, true, 0, 0, 1]
  const now = (): Date => new Date(Date.now() + ahead)

  const onDisk = (name: DayCertificate | 'identity'): Certificate =>
    name === 'identity'
      ? parseCertificatePem(readFileSync(join(directory, 'current.pem'), 'utf8'))
      : node.certificate(`${name}.crt`)
  const isFresh = ({ validity, serialNumber }: Certificate): boolean =>
    renewalTime(validity, serialNumber) > now()
  const isProven = (name: DayCertificate): boolean => {
    const record = readProofs(paths.proofs)[name]
    return record?.state === 'proven' && record.serialNumber === onDisk(name).serialNumber
  }
  /** Whether certmgr has done all that it can do at this time. */
  const isSettled = (begin: Date, isCaUp: boolean): boolean => {
    const status = readStatus(paths.status)
    if (!status || status.at < begin) return false
    if (!isCaUp) return status.ca.state === 'away'
    if (trust.load().trust?.document.version !== version) return false
    const isCalm = Object.keys(status.attempts).length + status.actions.length === 0
    const names = [...DAY_CERTIFICATES, 'identity'] as const
    return (
      isCalm && names.every((name) => isFresh(onDisk(name))) && DAY_CERTIFICATES.every(isProven)
    )
  }
  const note = (fault: string): void => void faults.push(`${now().toISOString()}: ${fault}`)

  const kill = async (step: PlannedStep): Promise<void> => {
    const isDue = step.isCaUp && NAMES.some((name) => !isFresh(onDisk(name)))
    const victim = (isDue ? step.renewalVictim : undefined) ?? step.victim
    if (!victim) return
    if (isDue) killsInRenewals++
    kills++
    await wait(step.killAfter)
    if (victim === 'certmgr') await node.kill().then(node.start)
    else if (victim === 'ca-server') {
      await ca.kill().then(ca.start)
      // What has failed all through an outage waits for ten minutes by now, which nobody has here.
      node.signal('SIGUSR1')
    } else day.services[victim].kill('SIGKILL')
  }

  const look = async (): Promise<void> => {
    for (const name of NAMES) {
      const certificate = onDisk(name)
      if (!isValidAt(certificate.validity, now())) note(`${name} is expired`)
      const known = seen.get(name) ?? []
      if (known.at(-1)?.serialNumber !== certificate.serialNumber)
        seen.set(name, [...known, certificate])
    }
    for (const name of ['site', 'shop'] as const) {
      const served = await answerOf(name)
      if (served !== onDisk(name).serialNumber) note(`${name} answers ${served}`)
    }
    for (const fault of judgedByOpenssl(node.path, now())) note(fault)
  }
  /** What was killed needs a moment. */
  const answerOf = async (name: 'site' | 'shop'): Promise<string> => {
    for (let attempt = 0; ; attempt++) {
      const answer = await askOnce({ port: day.ports[name], options }).catch(String)
      if (attempt === LAST_ATTEMPT || !answer.includes('ECONN')) return answer
      await wait(PAUSE)
    }
  }
  const options = () => ({
    rejectUnauthorized: false,
    cert: readFileSync(node.path('client.crt')),
    key: readFileSync(node.path('client.key')),
  })

  for (const step of plan) {
    ahead += Math.floor(step.by / 1000) * 1000
    clock.move(`+${ahead / 1000}s`)
    const begin = now()
    if (wasCaUp && !step.isCaUp) await ca.kill()
    if (!wasCaUp && step.isCaUp) {
      addAddress(ca.directory, ++version)
      await ca.start()
    }
    wasCaUp = step.isCaUp
    node.signal('SIGUSR1')
    await kill(step)
    await until(() => isSettled(begin, step.isCaUp), { within: SETTLES_WITHIN }).catch(() =>
      note(`not settled: ${node.log().split('\n').slice(-4).join(' / ')}`),
    )
    // A CA that is looked at believes its clock at each step.
    if (step.isCaUp && (await ca.ca(['clock', 'status'])).exitCode !== 0)
      note('the CA has no clock')
    await look()
    steps.push({ begin, end: now(), isCaUp: step.isCaUp })
  }
  return { steps, certificates: seen, faults, kills, killsInRenewals, trustVersion: version }
}

/** What OpenSSL says against the certificates on the disk, at this time. */
const judgedByOpenssl = (path: (name: string) => string, at: Date): string[] => {
  const seconds = String(Math.floor(at.getTime() / 1000))
  const verify = (purpose: string, ca: string, names: readonly string[]): string[] => {
    const files = names.map((name) => path(`${name}.crt`))
    const words = ['verify', '-attime', seconds, '-purpose', purpose, '-CAfile', path(ca)]
    const { status, stderr } = spawnSync('openssl', [...words, ...files], { encoding: 'utf8' })
    return status === 0 ? [] : [`openssl: ${stderr.trim()}`]
  }
  return [
    ...verify('sslserver', 'server-ca.crt', ['site', 'shop']),
    ...verify('sslclient', 'client-ca.crt', ['client']),
  ]
}

/** The CA comes back with one more address, which a new trust document tells; nobody listens there. */
const addAddress = (directory: string, last: number): void => {
  const path = join(directory, 'ca-server.yaml')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('  - localhost\n', `$&  - 127.0.0.${last}\n`))
}
