import { misfitOf } from '@easycerts/shared/legacy-certmgr'
import { windowBeforeEnd } from '@easycerts/shared/renewal'
import type { Duration } from '@easycerts/shared/time'
import { type Certificate, findAnchoredPath } from '@easycerts/shared/x509'
import type { CertificateFinding } from '../disk/index.ts'
import type { RemoteSource } from '../specs/sourced-spec.ts'

export interface RemoteJudgement {
  readonly source: RemoteSource
  /** What the remote told of its CA; undefined before it has told anything, and then any CA will do. */
  readonly authorities: readonly Certificate[] | undefined
  /** When the certificate was written. */
  readonly since: Date
}

/** What a spec of the old certmgr says of what was found. */
export const judgeRemote = (
  finding: CertificateFinding,
  { source, authorities, since }: RemoteJudgement,
): CertificateFinding => {
  const { certificate, chain, key } = finding
  if (!certificate || !chain || !key) return finding
  const { before, interval, intervalSplay } = source.renewal
  const spread = (interval + intervalSplay) as Duration
  const isKnown = authorities && findAnchoredPath(certificate, chain.slice(1), authorities)
  return {
    ...finding,
    ...(misfitOf(certificate, key.algorithm, source) === undefined
      ? {}
      : { specChange: 'request-changed' as const }),
    window: windowBeforeEnd(certificate.validity, { before, spread, since, least: interval }),
    ...(authorities ? { issuerKnown: isKnown !== undefined } : {}),
  }
}
