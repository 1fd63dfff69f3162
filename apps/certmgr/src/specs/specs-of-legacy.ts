import { basename, extname } from 'node:path'
import type {
  Action,
  CertificateSpec,
  Change,
  TrustBundleSpec,
} from '@easycerts/shared/certificate-spec'
import {
  formatLegacyRemote,
  type LegacyAction,
  type LegacyAuthority,
  type LegacyFile,
  type LegacySpec,
} from '@easycerts/shared/legacy-certmgr'
import type { RemoteSource, SourcedSpec } from './sourced-spec.ts'

export interface LegacySettings {
  /** The shell that runs scripts. */
  readonly shell: string
  readonly revision: string
}

/**
 * A spec of the old certmgr as specs of ours: its bundle, and its certificate. The certificate comes
 * last, for metrics go by the file and the last one counts.
 */
export const specsOfLegacy = (legacy: LegacySpec, settings: LegacySettings): SourcedSpec[] => {
  const name = nameOf(legacy.file)
  const source = sourceOf(legacy, settings.revision)
  const actions = actionsOf(legacy.action, settings.shell)
  const common = { name, actions, source } as const
  return [
    ...(legacy.ca ? [bundleOf(legacy.ca, common)] : []),
    ...(legacy.keyPair ? [certificateOf(legacy, legacy.keyPair, common)] : []),
  ]
}

interface Common {
  readonly name: string
  readonly actions: readonly Action[]
  readonly source: RemoteSource
}

const bundleOf = (ca: LegacyFile, { name, actions, source }: Common): SourcedSpec => {
  const spec: TrustBundleSpec = {
    kind: 'TrustBundle',
    name: `${name.slice(0, LONGEST_NAME - SUFFIX.length)}${SUFFIX}`,
    // The source says what it holds.
    purpose: 'server-ca',
    file: ownedFile(ca),
    actions: { bundle: [...actions] },
  }
  return { ...spec, source }
}

const certificateOf = (
  { request }: LegacySpec,
  { certificate, key }: NonNullable<LegacySpec['keyPair']>,
  { name, actions, source }: Common,
): SourcedSpec => {
  const spec: CertificateSpec = {
    kind: 'Certificate',
    name,
    // The source has the remote's own name of a profile.
    profile: 'remote',
    group: name,
    certificate: ownedFile(certificate),
    key: { ...ownedFile(key), algorithm: request.algorithm, rotation: 'renew' },
    actions: { leaf: [...actions] },
  }
  return { ...spec, source }
}

const LONGEST_NAME = 63
const SUFFIX = '-ca'

/** The name of a file without its ending, in the letters that names have. */
const nameOf = (file: string): string =>
  basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '') || 'spec'

/** Of whoever runs certmgr, where the spec does not say. */
const ownedFile = ({ path, owner, group, mode }: LegacyFile) => ({
  path,
  owner: owner ?? OWN_ID,
  group: group ?? OWN_ID,
  mode,
})

// Only root may give files away, and for root its own id is this one.
const OWN_ID = '0'

const sourceOf = (
  { file, authority, request, keyUsages, renewal, ca, keyPair }: LegacySpec,
  revision: string,
): RemoteSource => ({
  remote: remoteOf(authority),
  authority,
  request,
  keyUsages,
  renewal,
  change: changeOf(file, ca?.path, keyPair),
  revision,
})

/** In the order of its schema: what is pending is the same action after a restart too. */
const changeOf = (
  spec: string,
  ca: string | undefined,
  keyPair: LegacySpec['keyPair'],
): Change => ({
  type: keyPair ? 'key' : 'bundle',
  spec,
  ...(keyPair ? { certificate: keyPair.certificate.path, key: keyPair.key.path } : {}),
  ...(ca === undefined ? {} : { ca }),
})

/** Specs that ask the same CA in the same way have one answer to `info`. */
const remoteOf = ({ remotes, label, profile, rootCa, client }: LegacyAuthority): string =>
  [
    remotes.map(formatLegacyRemote).join(','),
    ...(label === '' ? [] : [`label ${label}`]),
    ...(profile === '' ? [] : [`profile ${profile}`]),
    ...(rootCa === undefined ? [] : [`root_ca ${rootCa}`]),
    ...(client ? [`client_certificate ${client.certificate}`] : []),
  ].join(' ')

const actionsOf = (action: LegacyAction, shell: string): Action[] => {
  if (action.kind === 'none') return []
  if (action.kind === 'command') return [{ command: [shell, '-c', action.script] }]
  const { manager, verb, service, onlyIfRunning } = action
  const unit = /\.(service|socket|target|path|timer)$/.test(service)
    ? service
    : `${service}.service`
  return verb === 'restart'
    ? [{ restart: unit, onlyIfRunning, manager }]
    : [{ reload: unit, onlyIfRunning, manager }]
}
