import { seeClientAccepted, seeServerCertificate, type TlsSight } from '@easycerts/adapters/tls'
import { parseProofAddress, type Proof, unitOfProof } from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import { type Certificate, certificateChainPem, parseCertificate } from '@easycerts/shared/x509'
import type { CertificateFinding } from '../disk/index.ts'
import { deadlineOf, type Sighting } from '../plan/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

/** A certificate on the disk whose use can be proved. */
export type Provable = Required<
  Pick<CertificateFinding, 'spec' | 'certificate' | 'chain' | 'key'>
> & {
  readonly proof: Proof
}

export const provableOf = ({ spec, certificate, chain, key }: CertificateFinding): Provable[] =>
  spec.proof && certificate && chain && key
    ? [{ spec, certificate, chain, key, proof: spec.proof }]
    : []

// Over loopback or one network; a component that needs longer is looked at again anyway.
const LOOK_LIMIT = seconds(5)

/** One connection to whoever uses a certificate, and what it says of it. */
export const lookAtUse = async (
  { services, signal }: Pick<CertmgrContext, 'services' | 'signal'>,
  provable: Provable,
): Promise<Sighting> => {
  const sight = await connect(provable, signal)
  if (sight.kind === 'shown') return sightingOf(sight.der, provable.certificate)
  if (sight.kind === 'accepted') return { kind: 'new' }
  const unit = unitOfProof(provable.spec)
  if (sight.kind === 'unreachable' && unit !== undefined && services.isPresent())
    return (await services.isActive(unit).catch(() => true)) ? sight : { kind: 'stopped' }
  return sight
}

const connect = ({ proof, chain, key }: Provable, signal: AbortSignal): Promise<TlsSight> => {
  const address = parseProofAddress(proof.address)
  if (!address)
    throw new EasycertsError('ERR_CONFIG_INVALID', `"${proof.address}" is not an address`)
  const { serverName, starttls, use } = proof
  const point = { address, serverName, starttls, timeout: LOOK_LIMIT, signal }
  return use === 'server'
    ? seeServerCertificate(point)
    : seeClientAccepted(point, { certificate: certificateChainPem(chain), key: key.exportPem() })
}

/** What is served, against what lies on the disk; octets that are no certificate are another's. */
const sightingOf = (der: Buffer, { der: expected, subjectDer }: Certificate): Sighting => {
  if (der.equals(expected)) return { kind: 'new' }
  try {
    const served = parseCertificate(der)
    return served.subjectDer.equals(subjectDer)
      ? { kind: 'old', serialNumber: served.serialNumber, deadline: deadlineOf(served) }
      : { kind: 'other' }
  } catch {
    return { kind: 'other' }
  }
}
