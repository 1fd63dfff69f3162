// Arguments: how many requests, and a seed. Run with --expose-gc. Prints what happened as JSON.
import { isEasycertsError } from '@easycerts/shared/errors'
import { findLintFaults, lintInputOf } from '@easycerts/shared/issuance'
import { type ExportableKey, generateSigningKey, KEY_ALGORITHMS } from '@easycerts/shared/key'
import { BUILT_IN_PROFILES, ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import type { Issuer } from '../../apps/ca-server/src/authority/issuers.ts'
import { HOSTILE_KINDS } from './hostile-requests.ts'
import { seededRandom } from './random.ts'
import { createTestIssuer, issueFrom } from './test-issuers.ts'

const [, , count = '0', seed = '0'] = process.argv
const random = seededRandom(Number(seed))
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!

const keys: ExportableKey[] = []
for (const algorithm of KEY_ALGORITHMS) keys.push(await generateSigningKey(algorithm))
const issuers = {} as Record<IssuerPurpose, Issuer>
for (const purpose of ISSUER_PURPOSES) issuers[purpose] = await createTestIssuer(purpose)
// Large RSA keys sign slowly, and it is the requests that are of interest here.
const often = keys.filter(({ algorithm }) => !['rsa-3072', 'rsa-4096'].includes(algorithm))

const outcomes: Record<string, number> = {}
const violations: string[] = []
let slowest = 0

const heapInUse = (): number => {
  // What the first leaves to finalizers, the second takes.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const one = (): void => {
  const kind = pick(Object.keys(HOSTILE_KINDS))
  const key = random() < 0.02 ? pick(keys) : pick(often)
  const profile = pick(BUILT_IN_PROFILES)
  const request = HOSTILE_KINDS[kind]!(key, random)
  const started = process.cpuUsage()
  const outcome = outcomeOf(request, profile.name)
  slowest = Math.max(slowest, process.cpuUsage(started).user)
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
}

const outcomeOf = (request: string, profile: string): string => {
  const issuer = issuers[BUILT_IN_PROFILES.find(({ name }) => name === profile)!.issuer]
  try {
    const { tbs, grant, certificate } = issueFrom(issuer, { profile, request })
    const { tbs: encoding } = certificate
    const faults = findLintFaults(lintInputOf({ tbs: tbs, encoding, grant, issuer }))
    violations.push(...faults.map(({ rule, reason }) => `${profile}: ${rule}: ${reason}`))
    return 'issued'
  } catch (error) {
    if (isEasycertsError(error)) return error.code
    violations.push(`${profile}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`)
    return 'crash'
  }
}

const warmUp = Math.floor(Number(count) / 2)
for (let index = 0; index < warmUp; index++) one()
const before = heapInUse()
for (let index = warmUp; index < Number(count); index++) one()
const growth = heapInUse() - before
process.stdout.write(JSON.stringify({ outcomes, violations, slowest, growth }))
