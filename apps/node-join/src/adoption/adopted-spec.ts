import type { Action, CertificateSpec, TrustBundleSpec } from '@easycerts/shared/certificate-spec'
import type { LegacyAction } from '@easycerts/shared/legacy-certmgr'
import type { TrustBundleFile } from '@easycerts/shared/layout'
import { formatDuration } from '@easycerts/shared/time'
import type { Adoption, AdoptedCertificate } from './adoption.ts'

export const adoptedRow = (
  { certificates }: Pick<Adoption, 'certificates'>,
  profile: string,
): AdoptedCertificate | undefined => certificates.find(({ row }) => row.profile === profile)

/**
 * Our spec of a certificate that was the old certmgr's: its files, key, actions and time of renewal
 * stay. Where its component listens nobody has told us, so its use is not proven.
 */
export const adoptCertificateSpec = (
  { proof: _proof, ...spec }: CertificateSpec,
  { certificate, key, spec: old }: AdoptedCertificate,
): CertificateSpec => {
  const actions = actionsOf(old.action)
  return {
    ...spec,
    certificate: { path: spec.certificate.path, ...certificate },
    key: { ...spec.key, ...key, algorithm: old.request.algorithm },
    actions: actions.length === 0 ? {} : { leaf: actions, key: actions },
    renewBefore: formatDuration(old.renewal.before),
  }
}

/** The units that read a bundle are those that the old specs name. */
export const adoptBundleSpec = (
  { proof: _proof, ...spec }: TrustBundleSpec,
  { readers }: Pick<TrustBundleFile, 'readers'>,
  { certificates }: Adoption,
): TrustBundleSpec => {
  const actions = certificates
    .filter(({ row }) => readers.includes(row.component))
    .flatMap(({ spec: old }) => actionsOf(old.action))
  const unique = [...new Map(actions.map((action) => [JSON.stringify(action), action])).values()]
  // What the bundle needs today is decided by the component's release, as it is for nodes of ours.
  const isNeeded = spec.actions.bundle !== undefined
  return { ...spec, actions: isNeeded && unique.length > 0 ? { bundle: unique } : {} }
}

const SYSTEMCTL = /^\s*(?:\S*\/)?systemctl\s+(restart|reload)((?:\s+[\w@.:-]+)+)\s*$/

/** What easyCerts writes is an action of ours; any other script stays one. */
export const actionsOf = (action: LegacyAction): Action[] => {
  if (action.kind === 'none') return []
  if (action.kind === 'service') {
    const { verb, service, onlyIfRunning } = action
    return [actOn(verb, service, onlyIfRunning)]
  }
  const [, verb, units] = SYSTEMCTL.exec(action.script) ?? []
  if (verb === undefined || units === undefined)
    return [{ command: ['/bin/sh', '-c', action.script] }]
  return units
    .trim()
    .split(/\s+/)
    .map((unit) => actOn(verb === 'reload' ? 'reload' : 'restart', unit, false))
}

const actOn = (verb: 'restart' | 'reload', name: string, onlyIfRunning: boolean): Action => {
  const unit = name.includes('.') ? name : `${name}.service`
  return verb === 'restart' ? { restart: unit, onlyIfRunning } : { reload: unit, onlyIfRunning }
}
