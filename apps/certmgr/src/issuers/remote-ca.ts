import type { CfsslRemote } from '@easycerts/adapters/cfssl-remote'
import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { buildLegacyCsr, type LegacyAuthority } from '@easycerts/shared/legacy-certmgr'
import type { Clock } from '@easycerts/shared/time'
import {
  type Certificate,
  type CertificateChain,
  parseCertificateChain,
} from '@easycerts/shared/x509'
import { checkRemoteChain } from '../plan/index.ts'
import type { RemoteSource, SourcedCertificate } from '../specs/index.ts'
import type { CertificateIssuer } from './certificate-issuer.ts'

export interface RemoteCaOptions {
  readonly remote: CfsslRemote
  /** What the remote told of its CA in this pass. */
  readonly authorities: readonly Certificate[]
  readonly time: Date | undefined
  /** What the requests for a spec are signed with. */
  readonly authKeyOf: (authority: LegacyAuthority) => Secret<Buffer>
  readonly clock: Clock
}

/** A CA behind cfssl's API: it signs what the spec asks for, for whoever has the auth key. */
export const createRemoteCa = (options: RemoteCaOptions): CertificateIssuer => {
  const { remote, authorities, time, authKeyOf, clock } = options
  return {
    time,
    issue: async (spec, key) => {
      const { authority, request, keyUsages } = sourceOf(spec)
      const { label, profile } = authority
      const hosts = request.hosts.map(({ value }) => value)
      const csr = buildLegacyCsr(key, request)
      const authKey = authKeyOf(authority)
      const pem = await remote.authsign({ csr, hosts, label, profile }, authKey)
      const checked = checkRemoteChain(
        { chain: chainIn(pem), key, wish: { request, keyUsages } },
        { authorities, now: clock() },
      )
      if ('chain' in checked) return checked.chain
      throw new EasycertsError('ERR_CA_REPLY_INVALID', `the new certificate ${checked.objection}`, {
        hint: 'compare the spec with the profile in the configuration of cfssl; the files stay as they are',
      })
    },
  }
}

const chainIn = (pem: string): CertificateChain => {
  try {
    return parseCertificateChain(pem)
  } catch (error) {
    throw new EasycertsError('ERR_CA_REPLY_INVALID', 'the new certificate cannot be read', {
      cause: error,
      hint: 'look at the log of cfssl; the files stay as they are',
    })
  }
}

const sourceOf = ({ name, source }: SourcedCertificate): RemoteSource => {
  if (source) return source
  throw new EasycertsError('ERR_CONFIG_INVALID', `the spec ${name} names no remote`)
}
