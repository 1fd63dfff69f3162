import { randomBytes } from 'node:crypto'
import { decodePem } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { signReturnStatement } from '@easycerts/shared/ticket'
import { buildCertificateRequest, type Certificate } from '@easycerts/shared/x509'
import { returnAfterAbsence } from '../../apps/ca-server/src/authority/index.ts'
import type { InProcessCa } from './in-process-nodes.ts'

/** An identity and its key, as its node or a thief holds it. */
export interface HeldIdentity {
  readonly key: ExportableKey
  readonly certificate: Certificate
}

/** A return with an honest proof over a connection of its own. */
export const returnAs = async (
  { authority, mutex }: InProcessCa,
  { key, certificate }: HeldIdentity,
  successor?: ExportableKey,
): Promise<HeldIdentity> => {
  const own = successor ?? (await generateSigningKey('ecdsa-p256'))
  const csr = buildCertificateRequest(own)
  const [nonce, exporter] = [randomBytes(24).toString('base64url'), randomBytes(32)]
  const identity = certificate.fingerprint
  const request = decodePem('CERTIFICATE REQUEST', csr)
  const signature = signReturnStatement(key, { identity, request, nonce, exporter })
  const wish = { identity, csr, signature, nonce, exporter }
  return { key: own, certificate: await returnAfterAbsence(authority, mutex, wish) }
}
