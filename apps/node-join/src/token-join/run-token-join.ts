import { setTimeout as wait } from 'node:timers/promises'
import { dirname } from 'node:path'
import { ensureDirectory, readTextFileIfAny, writeFileDurably } from '@easycerts/adapters/files'
import { findUnitText, loadOldCertmgr } from '@easycerts/adapters/old-certmgr'
import type { ApiToken } from '@easycerts/shared/legacy-certmgr'
import { seconds } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import { type Machine, pathOn } from '../machine/index.ts'
import { chooseTrust, type TrustChoices } from './choose-trust.ts'
import {
  type AwaitedComponent,
  type AwaitedPair,
  componentsHere,
  directoryOf,
} from './component-files.ts'
import { lookAtPair } from './look-at-pair.ts'
import { decidePlacement, type TokenPlacement, writeToken } from './place-token.ts'
import { nameOf, type ProvenToken, proveToken } from './prove-token.ts'
import { findTokenPlace, type TokenPlace } from './token-place.ts'

/** What the operator chose. */
export interface TokenChoices extends TrustChoices {
  readonly caServer: string | undefined
  /** Of certmgr, as the machine sees it. */
  readonly certmgrConfig: string | undefined
  readonly withStart: boolean
}

export interface TokenReport {
  readonly ca: string
  readonly token: { readonly path: string; readonly state: 'written' | 'there' }
  readonly restarted: readonly string[]
  readonly certificates: readonly { readonly path: string; readonly notAfter: Date }[]
  readonly warnings: readonly string[]
}

/** Tells what is done, in the words of nixos-kubernetes-node-join where it had some. */
export interface Teller {
  readonly say: (line: string) => void
  /** What it is doing now, for the message of a time limit. */
  readonly doing: (what: string) => void
}

/**
 * What nixos-kubernetes-node-join did, with the token proven at the CA before anything is written,
 * and success told only of certificates that were looked at. Run again, it ends the same.
 */
export const runTokenJoin = async (
  token: ApiToken,
  machine: Machine,
  choices: TokenChoices,
  teller: Teller,
): Promise<TokenReport> => {
  const { root, services } = machine
  const certmgr = loadOldCertmgr({ root, file: choices.certmgrConfig })
  const place = findTokenPlace(certmgr, choices.caServer)
  const { secret } = place
  const isServing = async (unit: string) => choices.withStart && (await services.isActive(unit))
  const placement = await decidePlacement(token, secret, machine, isServing)
  const trust = chooseTrust(choices, place.authority.remotes, place.rootCa, machine)
  teller.doing(`asking ${nameOf(place)} whether it takes the token`)
  const proven = await proveToken({ token, place, trust, machine })
  teller.say(`${nameOf(place)} takes the token.`)
  await plantCa(place, proven, machine)
  if (placement === 'write') await writeToken(token, secret, machine)
  const components = componentsHere({
    specs: place.specs,
    directory: directoryOf(secret, place.specs),
    hasUnit: (name) => findUnitText(root, `${name}.service`) !== undefined,
  })
  const outcome = choices.withStart
    ? await startAll(components, proven.authorities, machine, teller)
    : { restarted: [], certificates: [], warnings: ['certmgr was not restarted'] }
  return reportOf(place, placement, outcome, [
    ...(certmgr?.faults ?? []),
    ...proven.warnings,
    ...outcome.warnings,
  ])
}

/** certmgr knows its remote by this file; one that is there is the operator's. */
const plantCa = async (
  { rootCa }: TokenPlace,
  { certificate }: ProvenToken,
  machine: Machine,
): Promise<void> => {
  const path = pathOn(machine, rootCa)
  if ((readTextFileIfAny(path) ?? '').trim() !== '') return
  await ensureDirectory(dirname(path), 0o755)
  await writeFileDurably({ path, content: certificate, mode: 0o644 })
}

type Outcome = Pick<TokenReport, 'restarted' | 'certificates' | 'warnings'>

/** certmgr first, then each component once what it reads is there. */
const startAll = async (
  components: readonly AwaitedComponent[],
  authorities: readonly Certificate[],
  machine: Machine,
  { say, doing }: Teller,
): Promise<Outcome> => {
  const restart = async (name: string): Promise<void> => {
    say(`Restarting ${name}...`)
    doing(`restarting ${name}`)
    await machine.services.restart(`${name}.service`, { onlyIfRunning: false })
  }
  await restart('certmgr')
  say('Waiting for certs to appear...')
  const certificates: { path: string; notAfter: Date }[] = []
  const warnings: string[] = []
  const restarted = ['certmgr']
  for (const { name, pairs } of components) {
    for (const pair of pairs) {
      const { certificate, misfit } = await awaitPair(pair, authorities, machine, doing)
      certificates.push({ path: pair.certificate, notAfter: certificate.validity.notAfter })
      if (misfit !== undefined) warnings.push(`${misfit}: certmgr renews it when it is due`)
    }
    if (findUnitText(machine.root, `${name}.service`) === undefined) {
      warnings.push(`${name} has certificates and no unit here: it was not restarted`)
      continue
    }
    await restart(name)
    restarted.push(name)
  }
  if (components.length === 0)
    warnings.push('neither specs nor units of kubelet, kube-proxy or flannel were found')
  return { restarted, certificates, warnings }
}

const PAUSE = seconds(0.25)

/** As long as it takes: the time limit of the whole join ends it. */
const awaitPair = async (
  pair: AwaitedPair,
  authorities: readonly Certificate[],
  machine: Machine,
  doing: Teller['doing'],
) => {
  for (;;) {
    const finding = lookAtPair(pair, authorities, machine)
    if (finding.state === 'good') return finding
    doing(`${finding.reason} (see "journalctl -u certmgr")`)
    await wait(PAUSE, undefined, { signal: machine.signal })
  }
}

const reportOf = (
  place: TokenPlace,
  placement: TokenPlacement,
  { restarted, certificates }: Outcome,
  warnings: readonly string[],
): TokenReport => ({
  ca: nameOf(place),
  token: { path: place.secret, state: placement === 'write' ? 'written' : 'there' },
  restarted,
  certificates,
  warnings,
})
