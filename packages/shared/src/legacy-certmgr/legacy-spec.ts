import { parseConfig } from '../config/index.ts'
import { SPEC_DIALECT } from './go-keys.ts'
import { buildLegacyAction, type LegacyAction } from './legacy-action.ts'
import {
  authorityWarnings,
  buildLegacyAuthority,
  type LegacyAuthority,
} from './legacy-authority.ts'
import type { LegacyConfig, LegacyRenewal } from './legacy-config.ts'
import { buildLegacyFile, type LegacyFile, type WrittenFile } from './legacy-file.ts'
import type { LegacyKeyUsage } from './legacy-key-usage.ts'
import { buildLegacyRequest, hostWarnings, type LegacyRequest } from './legacy-request.ts'
import { legacySpecSchema, type WrittenSpec } from './legacy-spec-schema.ts'

/** A spec of the old certmgr, with everything that its configuration adds. */
export interface LegacySpec {
  /** The name that its metrics have. */
  readonly file: string
  /** Undefined: only the CA's own certificate is kept. */
  readonly keyPair: { readonly certificate: LegacyFile; readonly key: LegacyFile } | undefined
  /** Where the certificate of the CA is kept. */
  readonly ca: LegacyFile | undefined
  readonly request: LegacyRequest
  readonly authority: LegacyAuthority
  readonly renewal: LegacyRenewal
  /** One of these a certificate must have; empty: any will do. */
  readonly keyUsages: readonly LegacyKeyUsage[]
  readonly action: LegacyAction
  /** 'field: what is right, and yet not what it seems'. */
  readonly warnings: readonly string[]
}

/** Below the mode that a spec leaves out: the old certmgr gave keys 0644 as well. */
const DEFAULT_MODES = { certificate: '0644', ca: '0644', private_key: '0600' } as const

/** YAML or JSON to a spec. ERR_CONFIG_INVALID names every fault at once as `file:line:column: field: …`. */
export const parseLegacySpec = (file: string, text: string, config: LegacyConfig): LegacySpec => {
  const written = parseConfig(file, text, legacySpecSchema(config), SPEC_DIALECT)
  const { certificate, private_key } = written
  const ca = written.ca ?? written.authority.file
  const action = buildLegacyAction({
    svcmgr: written.svcmgr ?? config.serviceManager,
    action: written.action,
    service: written.service,
    onlyIfRunning: written.take_actions_only_if_running,
  })
  return {
    file,
    keyPair:
      certificate && private_key
        ? {
            certificate: buildLegacyFile(certificate, DEFAULT_MODES.certificate),
            key: buildLegacyFile(private_key, DEFAULT_MODES.private_key),
          }
        : undefined,
    ca: ca && buildLegacyFile(ca, DEFAULT_MODES.ca),
    request: buildLegacyRequest(written.request),
    authority: buildLegacyAuthority(written.authority, written.remote ?? config.remotes),
    renewal: renewalOf(written, config),
    keyUsages: written.key_usages,
    // The schema refused every other.
    action: 'fault' in action ? { kind: 'none' } : action,
    warnings: warningsOf(written),
  }
}

const renewalOf = (written: WrittenSpec, { renewal }: LegacyConfig): LegacyRenewal => ({
  before: written.before ?? renewal.before,
  interval: written.interval ?? renewal.interval,
  intervalSplay: written.interval_splay ?? renewal.intervalSplay,
  initialSplay: written.initial_splay ?? renewal.initialSplay,
})

const warningsOf = (written: WrittenSpec): string[] => [
  ...modeWarnings('certificate', written.certificate),
  ...modeWarnings('private_key', written.private_key),
  ...modeWarnings('ca', written.ca ?? written.authority.file),
  ...keyWarnings(written.private_key),
  ...hostWarnings(written.request),
  ...authorityWarnings(written.authority),
]

const modeWarnings = (field: string, file: WrittenFile | undefined): string[] =>
  file?.mode?.warning === undefined ? [] : [`${field}.mode: ${file.mode.warning}`]

const OTHERS = 0o007

const keyWarnings = (file: WrittenFile | undefined): string[] => {
  if (!file) return []
  if (!file.mode) return ['private_key.mode: is missing: 0600, where the old certmgr took 0644']
  return Number.parseInt(file.mode.mode, 8) & OTHERS
    ? [`private_key.mode: ${file.mode.mode} lets every user at the key`]
    : []
}
