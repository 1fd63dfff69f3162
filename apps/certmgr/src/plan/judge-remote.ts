import { misfitOf } from '@easycerts/shared/legacy-certmgr'
import type { CertificateOnDisk } from '@easycerts/shared/renewal'
import { windowBeforeEnd } from '@easycerts/shared/renewal'
import { type Duration } from '@easycerts/shared/time'
import { type Certificate, findAnchoredPath } from '@easycerts/shared/x509'
import type { CertificateFinding } from '../disk/index.ts'
import type { RemoteSource } from '../specs/index.ts'

/**
 * What a spec of the old certmgr says of what was found. `authorities`: what its remote told of its
 * CA; undefined as long as it has told nothing, and then any CA will do.
 */
export const judgeRemote = (
  finding: CertificateFinding,
  source: RemoteSource,
  authorities: readonly Certificate[] | undefined,
): CertificateFinding => {
  const { certificate, chain, key } = finding
  if (!certificate || !chain || !key) return finding
  const { before, interval, intervalSplay } = source.renewal
  const spread = (interval + intervalSplay) as Duration
  const judged: Pick<CertificateOnDisk, 'fitsSpec' | 'window'> = {
    fitsSpec: misfitOf(certificate, key.algorithm, source) === undefined,
    window: windowBeforeEnd(certificate.validity, { before, spread }),
  }
  const isKnown = authorities && findAnchoredPath(certificate, chain.slice(1), authorities)
  return {
    ...finding,
    ...judged,
    ...(authorities ? { issuerKnown: isKnown !== undefined } : {}),
  }
}
