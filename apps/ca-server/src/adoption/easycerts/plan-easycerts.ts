import {
  addressInCidr,
  type Host,
  parseHost,
  uniqueHosts,
  urlHost,
} from '@easycerts/shared/cluster'
import type { LegacySpec } from '@easycerts/shared/legacy-certmgr'
import { addDuration, days, hours } from '@easycerts/shared/time'
import { certificatePem, formatName } from '@easycerts/shared/x509'
import type { CaServerConfigFile } from '../../config/index.ts'
import type { AdoptionPlan, PlannedThing } from '../adoption-plan.ts'
import type { ClusterFlags } from '../cluster-flags.ts'
import type { Faults } from '../faults.ts'
import { isOfMasters, type KeyRows, keyRowsOf, type MasterMachine } from './key-rows.ts'
import { SIGNING_CONFIG, type SigningMaterial } from './signing-material.ts'
import { API_FILES, type EasyCertsMaster } from './survey-easycerts.ts'

/** What nothing on the machine says, and the machine that says it. */
export interface EasyCertsFacts extends ClusterFlags {
  readonly dataDirectory: string
  readonly machine: MasterMachine
}

type Complete = EasyCertsMaster & {
  readonly imported: NonNullable<EasyCertsMaster['imported']>
  readonly signing: SigningMaterial
}

/** What an adoption makes of a master, but for the units. Undefined where the faults say why not. */
export const planEasyCerts = (
  master: EasyCertsMaster,
  facts: EasyCertsFacts,
  faults: Faults,
): Omit<AdoptionPlan, 'files'> | undefined => {
  const { imported, signing, specs } = master
  if (signing && signing.keys.size === 0)
    faults.add(
      `${master.places.signingConfig}: no profile has an auth_key, so nobody could be told apart`,
    )
  const addresses = addressesOf(master, facts, faults)
  checkServiceRange(specs, facts, faults)
  if (!imported || !signing) return undefined
  const complete = { ...master, imported, signing }
  const keys = keyRowsOf(signing, specs, facts.machine)
  const config = configOf(complete, facts, addresses, keys)
  const certificate = imported.cluster?.certificate
  if (!certificate) return undefined
  const { address, port } = master.places
  return {
    kind: 'easycerts',
    config,
    imported,
    legacyFiles: [...signing.files, ...(master.api?.files ?? [])],
    takeover: {
      unit: 'cfssl.service',
      ...{ address, port },
      isTls: master.api !== undefined,
      certificate: certificatePem(certificate),
    },
    things: thingsOf(complete, facts, keys),
    warnings: [...master.warnings, ...warningsOf(complete, facts)],
    next: nextOf(specs, facts),
  }
}

/** Where old programs reach the CA, which is where new ones reach it. */
const addressesOf = (
  { specs, api }: EasyCertsMaster,
  { addresses }: EasyCertsFacts,
  faults: Faults,
): string[] => {
  const remotes = specs.flatMap(({ authority }) => authority.remotes.map(({ host }) => host))
  const named = (api?.leaf.names ?? []).filter(
    (name): name is Host => name.kind === 'dns' || name.kind === 'ip',
  )
  const given = addresses.flatMap((text) => faults.attempt(() => parseHost(text)) ?? [])
  const hosts = uniqueHosts([...remotes, ...named, ...given])
  if (hosts.length === 0) faults.add('no address of this master is known: give --address')
  return hosts.map(({ value }) => value)
}

/** kube-apiserver's certificate says the first address of the range that is really in use. */
const checkServiceRange = (
  specs: readonly LegacySpec[],
  { serviceCidr }: EasyCertsFacts,
  faults: Faults,
): void => {
  const first = faults.attempt(() => addressInCidr(serviceCidr, 1))
  const apiserver = specs.find(({ request }) =>
    request.hosts.some(({ value }) => value.startsWith('kubernetes.default.svc')),
  )
  if (first === undefined || !apiserver) return
  if (!apiserver.request.hosts.some(({ value }) => value === first))
    faults.add(
      `${apiserver.file}: kube-apiserver is not certified for ${first}, so ${serviceCidr} is not the range of services: give --service-cidr`,
    )
}

const configOf = (
  { apiserver, places, api }: Complete,
  facts: EasyCertsFacts,
  addresses: readonly string[],
  keys: KeyRows,
): CaServerConfigFile => {
  const { dataDirectory, name, domain, serviceCidr, podCidr, kubernetesVersion } = facts
  const { description, joinPort, nodePort, publicPort } = facts
  const first = urlHost(parseHost(addresses[0] ?? 'localhost'))
  const file = (path: string): string => `${dataDirectory}/${path}`
  const life = '720h'
  return {
    cluster: {
      ...{ name, domain, serviceCidr, podCidr, kubernetesVersion },
      apiserver: apiserver ?? `https://${first}:6443`,
      ...(description === undefined ? {} : { description }),
    },
    addresses: [...addresses],
    listen: { address: '0.0.0.0', joinPort, nodePort, publicPort },
    lifetimes: { certificates: life, identity: life, caServer: life },
    legacy: {
      address: places.address,
      port: places.port,
      tls: api ? { certificate: file(API_FILES.certificate), key: file(API_FILES.key) } : 'none',
      signingConfig: file(SIGNING_CONFIG),
      keys,
    },
  }
}

const thingsOf = (
  { places, api, signing, specs }: Complete,
  { machine }: EasyCertsFacts,
  keys: KeyRows,
): PlannedThing[] => [
  {
    thing: 'CA',
    from: places.ca,
    becomes: 'issuer of the cluster, etcd and front-proxy, as it is',
  },
  {
    thing: 'enrolment CA',
    from: '-',
    becomes: 'new: nodes with an identity trust it, old ones do not know it',
  },
  ...(api
    ? [
        {
          thing: 'TLS certificate',
          from: places.tlsCertificate,
          becomes: 'shown until a day before its end, then one that renews itself',
        },
      ]
    : []),
  {
    thing: 'profiles',
    from: places.signingConfig,
    becomes: `${SIGNING_CONFIG}, unchanged but for the places of keys`,
  },
  ...[...signing.origins].map(([name, origin]) => ({
    thing: `key "${name}"`,
    from: origin,
    becomes: keys[name]?.[1]
      ? 'subjects of workers; the master’s own from its addresses'
      : 'subjects of workers',
  })),
  ...specs
    .filter(({ keyPair }) => keyPair !== undefined)
    .map((spec) => ({
      thing: `certificate of ${spec.request.subject.commonName || spec.file}`,
      from: spec.keyPair?.certificate.path ?? '-',
      becomes: fateOf(spec, machine),
    })),
  { thing: `port ${places.port}`, from: 'cfssl.service', becomes: 'ca-server.service' },
]

const fateOf = (spec: LegacySpec, { until }: MasterMachine): string => {
  if (isOfMasters(spec)) return 'kept; renewed only once the master has joined'
  return until === undefined
    ? 'kept; renewed once the master has joined'
    : `kept; renewed as before until ${dayOf(until)}`
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

/** Less than this, and the evening is better spent on a new CA. */
const SHORT_CA_LIFE = days(365)

const warningsOf = (
  { imported, api, signing, specs }: Complete,
  { machine, now }: EasyCertsFacts,
): string[] => {
  const ca = imported.cluster?.certificate
  const warnings: string[] = []
  if (ca && ca.validity.notAfter < addDuration(now, SHORT_CA_LIFE))
    warnings.push(`${formatName(ca.subject)} ends on ${dayOf(ca.validity.notAfter)}: plan a new CA`)
  if (api && !api.isOfCa)
    warnings.push(
      'the TLS certificate is of another CA: replace its copies in the data directory yourself, for a renewed one would be of this CA',
    )
  for (const name of signing.open)
    warnings.push(
      `profile "${name}" has no auth_key: cfssl signed it for everybody, ca-server does not`,
    )
  if (machine.until !== undefined && specs.length > 0)
    warnings.push(
      `whoever has the key may ask for the control plane’s certificates from the addresses of this machine until ${dayOf(machine.until)}`,
    )
  for (const spec of specs.filter(isOfMasters))
    warnings.push(
      `${spec.file}: system:masters is never certified over this door: let the master join before ${lastDayOf(spec)}`,
    )
  return warnings
}

const lastDayOf = ({ renewal }: LegacySpec): string =>
  `its certmgr renews it, ${renewal.before / hours(1)} hours before its end`

const nextOf = (specs: readonly LegacySpec[], { machine }: EasyCertsFacts): string[] => [
  'look: ca-server legacy status',
  ...(specs.length > 0
    ? [
        `the master itself${machine.until ? `, before ${dayOf(machine.until)}` : ''}: ca-server ticket create --node NAME --role master --cluster-admin | node-join`,
      ]
    : []),
  'workers, one by one: ca-server ticket create --node NAME --role worker, and there: node-join < ticket',
  'when nobody uses the old key any more: ca-server legacy close --reason TEXT',
]
