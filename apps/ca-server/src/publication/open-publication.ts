import { type Authority, CrlPublisher, OcspResponder } from '../authority/index.ts'
import type { RevocationConfig } from '../config/index.ts'
import { createCrlFiles } from './crl-files.ts'

/** How the world learns of revocations. */
export interface Publication {
  readonly crls: CrlPublisher
  readonly ocsp: OcspResponder
  /** Where CRLs are written as files; undefined: they are not. */
  readonly crlDirectory: string | undefined
}

/**
 * With a CRL of every issuer, so that nobody asks before there is one. What fails here is due at
 * once: maintenance tries it again and tells.
 */
export const openPublication = async (
  authority: Authority,
  { crlLife, directory }: RevocationConfig,
): Promise<Publication> => {
  const crls = await CrlPublisher.open(authority, {
    life: crlLife,
    deliver: createCrlFiles(directory),
  })
  await Promise.allSettled([crls.deliverAgain(), crls.publishDue()])
  return { crls, ocsp: new OcspResponder(authority), crlDirectory: directory }
}
