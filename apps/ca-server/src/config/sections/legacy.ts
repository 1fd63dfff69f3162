import { isAbsolute } from 'node:path'
import { checkCidr } from '@easycerts/shared/cluster'
import { checkedBy } from '@easycerts/shared/config'
import { LEGACY_SWITCHES, type LegacySwitch } from '@easycerts/shared/issuance'
import { parseDuration } from '@easycerts/shared/time'
import * as v from 'valibot'
import { address, port } from './listen.ts'

const range = checkedBy(checkCidr, 'is not an address range such as 10.0.0.0/8')
const path = v.pipe(v.string(), v.check(isAbsolute, 'is not an absolute path'))
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(253))
const names = v.pipe(v.array(name), v.maxLength(256))

const subject = v.strictObject({ commonName: name, organizations: v.optional(names, []) })

/** 'nodes': what a worker's certificates say; 'any': whatever is not kept for masters and the CA. */
const subjects = v.union([v.picklist(['nodes', 'any']), v.pipe(v.array(subject), v.maxLength(256))])

/** What an auth key is worth, as far as this row goes. */
const keyRow = v.strictObject({
  /** Profiles of the signing configuration. */
  profiles: names,
  subjects: v.optional(subjects, 'nodes'),
  names: v.optional(names, ['*']),
  networks: v.optional(v.pipe(v.array(range), v.maxLength(64)), ['0.0.0.0/0', '::/0']),
  /** May be certified for names of kube-apiserver and the CA: for the masters' own addresses. */
  controlPlaneNames: v.optional(v.boolean(), false),
  /** The row is worth nothing from then on. */
  until: v.optional(
    v.pipe(v.string(), v.isoTimestamp('is not a time such as 2027-01-31T00:00:00Z')),
  ),
})

const switchNames = Object.keys(LEGACY_SWITCHES) as [LegacySwitch, ...LegacySwitch[]]

/** The API of cfssl, for programs that know no other. */
export const legacySection = v.strictObject({
  /** Default: that of `listen`. */
  address: v.optional(address),
  /** 0: closed. */
  port: v.optional(v.union([v.literal(0), port], 'is neither a port nor 0'), 0),
  /**
   * 'cluster': a certificate of the cluster's issuer that renews itself; 'none': plain HTTP; or files,
   * which are read again when they change.
   */
  tls: v.optional(
    v.union([v.picklist(['cluster', 'none']), v.strictObject({ certificate: path, key: path })]),
    'cluster',
  ),
  /** CAs whose clients alone are heard (cfssl's -mutual-tls-ca), and what their CN must match. */
  clientCa: v.optional(path),
  clientName: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  /** cfssl's configuration: profiles and auth keys. */
  signingConfig: v.optional(path),
  /** multirootca's file of roots. */
  roots: v.optional(path),
  /** Label that requests without one mean, where there are roots. */
  defaultLabel: v.optional(v.string(), ''),
  /** Who signs OCSP answers for `ocspsign` (cfssl's -responder, -responder-key), for `interval`. */
  ocsp: v.optional(
    v.strictObject({
      certificate: path,
      key: path,
      interval: v.optional(checkedBy(parseDuration, 'is not a duration such as 96h'), '96h'),
    }),
  ),
  /** Ranges that scan, bundle and certinfo may reach although they lead back into this host or its cloud. */
  outbound: v.optional(v.pipe(v.array(range), v.maxLength(64)), []),
  keys: v.optional(v.record(name, v.pipe(v.array(keyRow), v.maxLength(64))), {}),
  /** Every one of them makes a hole of cfssl's again. */
  open: v.optional(v.array(v.picklist(switchNames)), []),
})

export type LegacyConfig = v.InferOutput<typeof legacySection>
