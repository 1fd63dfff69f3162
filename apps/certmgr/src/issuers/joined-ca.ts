import type { NodeClient } from '@easycerts/adapters/ca-client'
import type { NodeRecord } from '@easycerts/adapters/identity-store'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import {
  buildCertificateRequest,
  type Certificate,
  parseCertificateChain,
} from '@easycerts/shared/x509'
import { objectionTo } from '../plan/index.ts'
import type { CertificateIssuer } from './certificate-issuer.ts'

/** What the CA told in this pass. */
export interface JoinedCaOptions {
  readonly client: NodeClient
  readonly facts: Pick<NodeRecord, 'node' | 'cluster'>
  readonly authorities: readonly Certificate[]
  readonly time: Date
  readonly clock: Clock
}

/** The CA that this node has joined: it knows the node, and decides by profile what a certificate says. */
export const createJoinedCa = (options: JoinedCaOptions): CertificateIssuer => {
  const { client, facts, authorities, time, clock } = options
  return {
    time,
    issue: async (spec, key) => {
      const pem = await client.certificate(spec.profile, buildCertificateRequest(key))
      const chain = parseCertificateChain(pem)
      const objection = objectionTo(
        { certificate: chain[0], key, profile: spec.profile, chain },
        { authorities, facts, now: clock() },
      )
      if (objection === undefined) return chain
      throw new EasycertsError('ERR_CA_REPLY_INVALID', `the new certificate ${objection}`)
    },
  }
}
