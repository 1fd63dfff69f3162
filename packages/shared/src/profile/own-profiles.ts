import { days, hours } from '../time/index.ts'
import { ISSUER_PURPOSES } from './issuer-purpose.ts'
import { MAX_ADMIN_LIFE } from './kubernetes-profiles.ts'
import type { Profile } from './profile.ts'
import { profileOfRow } from './profile-row.ts'

/** A working day: an operator's certificate is worth the socket on the CA host, or nearly. */
const OPERATOR_LIFE = hours(12)

/** Nobody asks whether it was revoked (id-pkix-ocsp-nocheck), so it must end soon. */
const OCSP_SIGNER_LIFE = hours(48)

/** Joiners look at it once, when the CA is there, which has renewed it. */
const TRUST_KEY_LIFE = days(365)

/** What easycerts itself needs: always there, whatever sets of profiles are chosen. */
export const OWN_PROFILES: readonly Profile[] = [
  profileOfRow('node-identity', {
    issuer: 'enrolment',
    usage: 'client',
    commonName: '{node.name}',
    organizations: ['easycerts:node'],
    identityUri: true,
    requesters: ['ticket', 'node'],
    revocation: 'none',
    lifeFrom: 'identity',
  }),
  profileOfRow('ca-server', {
    issuer: 'enrolment',
    usage: 'server',
    commonName: 'easycerts ca-server',
    names: ['{caServer.hosts}'],
    requesters: ['ca-server'],
    revocation: 'none',
    lifeFrom: 'caServer',
  }),
  // Old clients trust the cluster's issuer and know no other.
  profileOfRow('legacy-door', {
    issuer: 'cluster',
    usage: 'server',
    commonName: 'easycerts legacy-door',
    names: ['{caServer.hosts}'],
    requesters: ['ca-server'],
    lifeFrom: 'caServer',
  }),
  ...ISSUER_PURPOSES.map((issuer) =>
    profileOfRow(`ocsp-signer-${issuer}`, {
      issuer,
      usage: 'ocsp-signing',
      commonName: `easycerts OCSP ${issuer}`,
      requesters: ['ca-server'],
      revocation: 'none',
      life: OCSP_SIGNER_LIFE,
      lifeFrom: 'own',
    }),
  ),
  profileOfRow('trust-key', {
    issuer: 'enrolment',
    usage: 'document-signing',
    commonName: 'easycerts trust-key',
    organizations: ['easycerts:trust'],
    requesters: ['ca-server'],
    revocation: 'none',
    life: TRUST_KEY_LIFE,
    lifeFrom: 'own',
  }),
  profileOfRow('operator', {
    issuer: 'enrolment',
    usage: 'client',
    commonName: '{request.user}',
    organizations: ['easycerts:operator'],
    requesters: ['operator'],
    life: OPERATOR_LIFE,
    lifeFrom: 'own',
  }),
  // A person's kubeconfig, with a user and groups that policy passed.
  profileOfRow('admin', {
    usage: 'client',
    commonName: '{request.user}',
    organizations: ['{request.groups}'],
    mayGrantMasters: true,
    requesters: ['operator', 'operator-certificate'],
    life: hours(8),
    lifeFrom: 'own',
    maxLife: MAX_ADMIN_LIFE,
  }),
  // What a key of the cfssl API asks for, once the key's own policy has passed it.
  profileOfRow('legacy', { usage: 'peer', commonName: '{legacy.commonName}', organizations: ['{legacy.organizations}'], names: ['{legacy.hosts}'], requesters: ['legacy'], lintLevel: 'cfssl-compat' }),
]
