import { decodePem } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import { type TrustDocument, trustKeyIdOf } from '@easycerts/shared/trust'
import type { Forged } from '../join/forge-certificate.ts'
import { createTestTrust, issuerEntry, type TestTrust } from '../trust/test-trust.ts'

/** The trust documents of a test CA, and its answers about them. */
export interface CaTrust {
  readonly trust: TestTrust
  /** False: as of an older CA, which has no such routes. */
  isServed: boolean
  /** Of `/v1/trust` and `/v1/service-account-key`; undefined for any other path. */
  readonly answer: (path: string, body: Record<string, string>) => unknown
  /** A version with these CAs. */
  readonly installed: (issuers: Record<IssuerPurpose, Forged>) => void
}

const ISSUER_OF = {
  'client-ca': 'cluster',
  'server-ca': 'cluster',
  'etcd-client': 'etcd',
  'etcd-peer': 'etcd',
  'front-proxy': 'front-proxy',
  enrolment: 'enrolment',
} as const satisfies Record<string, IssuerPurpose>

const purposesOf = (
  issuers: Record<IssuerPurpose, Forged>,
  keys: TrustDocument['purposes']['service-account'] = [],
): TrustDocument['purposes'] => ({
  ...(Object.fromEntries(
    Object.entries(ISSUER_OF).map(([purpose, issuer]) => [
      purpose,
      [issuerEntry(`${issuer}-g1`, issuers[issuer])],
    ]),
  ) as Record<keyof typeof ISSUER_OF, TrustDocument['purposes']['enrolment']>),
  'service-account': keys,
})

export const createCaTrust = async (
  issuers: Record<IssuerPurpose, Forged>,
  url: string,
): Promise<CaTrust> => {
  const trust = await createTestTrust(issuers.enrolment, {
    endpoints: { join: [], node: [url] },
    purposes: purposesOf(issuers),
  })
  const tell = (pem: string): unknown => {
    const { purposes } = trust.newest()
    const id = `master-${trustKeyIdOf(decodePem('PUBLIC KEY', pem))}`
    const keys = purposes['service-account']
    const told = { id, publicKey: pem, state: 'distributed' as const }
    if (!keys.some((key) => key.id === id))
      trust.publish({ purposes: { ...purposes, 'service-account': [...keys, told] } })
    return { id, trustVersion: trust.newest().version }
  }
  const ca: CaTrust = {
    trust,
    isServed: true,
    answer: (path, body) => {
      const { pathname, searchParams } = new URL(path, 'https://ca')
      const isKey = pathname === '/v1/service-account-key'
      if (!isKey && pathname !== '/v1/trust') return undefined
      if (!ca.isServed) throw new EasycertsError('ERR_ROUTE_UNKNOWN', 'no such endpoint')
      return isKey ? tell(body['publicKey'] ?? '') : trust.page(Number(searchParams.get('after')))
    },
    installed: (now) => {
      trust.publish({ purposes: purposesOf(now, trust.newest().purposes['service-account']) })
    },
  }
  return ca
}
