import type { Issuers } from '../issuers.ts'
import type { CertificateRow } from '../store/index.ts'
import { OCSP_LIFE } from './ocsp-responder.ts'
import type { RevocationOutcome } from './revoke-certificates.ts'

/** Where a revoked certificate opened doors, and when they are shut. */
export interface EndOfAccess {
  readonly where: string
  /** now: it is refused already; handshake: from the next new connection on; time: at `at`. */
  readonly when: 'now' | 'handshake' | 'time'
  /** ISO 8601; null unless `when` is 'time'. */
  readonly at: string | null
  readonly because: string
}

export interface EndOfAccessFacts {
  readonly issuers: Issuers
  /** Where CRLs are written as files; undefined: they are not. */
  readonly crlDirectory: string | undefined
}

/** When access really ends, place by place: what the records of the CA say binds the CA alone. */
export const endOfAccess = (outcome: RevocationOutcome, facts: EndOfAccessFacts): EndOfAccess[] => {
  const of = (purpose: keyof Issuers): CertificateRow[] =>
    outcome.revoked
      .map(({ certificate }) => certificate)
      .filter(({ issuerId }) => issuerId === facts.issuers[purpose].id)
  return [
    ...(of('enrolment').length > 0 ? [AT_THIS_CA] : []),
    ...until(of('cluster'), 'kube-apiserver and other programs of the cluster', NO_CRL),
    ...until(of('front-proxy'), 'kube-apiserver, as front proxy', NO_CRL),
    ...etcd(of('etcd'), facts),
    ...(outcome.revoked.length > 0 ? [readersOfStatus(outcome)] : []),
  ]
}

const NO_CRL = 'they read no CRL and ask no OCSP responder: the certificate works until it ends'

const AT_THIS_CA: EndOfAccess = {
  where: 'this CA',
  when: 'now',
  at: null,
  because: 'the identity is refused, nothing is issued or renewed, its connections are closed',
}

const until = (
  certificates: readonly CertificateRow[],
  where: string,
  because: string,
): EndOfAccess[] => {
  const at = latest(certificates.map(({ notAfter }) => notAfter))
  return at === undefined ? [] : [{ where, when: 'time', at, because }]
}

const etcd = (
  certificates: readonly CertificateRow[],
  { issuers, crlDirectory }: EndOfAccessFacts,
): EndOfAccess[] => {
  if (certificates.length === 0) return []
  const file = `${crlDirectory ?? '<revocation.directory>'}/${issuers.etcd.id}.crl`
  return [
    {
      where: 'etcd with --client-crl-file',
      when: 'handshake',
      at: null,
      because:
        crlDirectory === undefined
          ? 'once it has the new CRL: set revocation.directory in ca-server.yaml, or "ca-server crl export"'
          : `it reads ${file} at each handshake; connections that are open stay open`,
    },
    ...until(
      certificates,
      'etcd without it',
      'it reads no CRL: the certificate works until it ends',
    ),
  ]
}

/** A copy taken a moment before the revocation is believed for the life of a CRL, or of an answer. */
const readersOfStatus = ({ revoked, publications }: RevocationOutcome): EndOfAccess => {
  const lives = publications.map(({ crl }) =>
    crl ? new Date(crl.nextUpdate).getTime() - new Date(crl.thisUpdate).getTime() : 0,
  )
  const last = Math.max(...revoked.map(({ revokedAt }) => new Date(revokedAt).getTime()))
  const isOut = publications.every(({ failure }) => failure === undefined)
  return {
    where: 'whoever reads CRLs or asks by OCSP',
    when: 'time',
    at: new Date(last + Math.max(OCSP_LIFE, ...lives)).toISOString(),
    because: isOut
      ? 'the new CRL is out; a copy taken before is believed until its nextUpdate'
      : 'the new CRL is not out yet; until it is, the old one is believed',
  }
}

const latest = (instants: readonly string[]): string | undefined => [...instants].sort().at(-1)
