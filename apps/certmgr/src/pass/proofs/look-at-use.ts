import {
  seeClientAccepted,
  seeServerCertificate,
  type SightPoint,
  type TlsSight,
} from '@easycerts/adapters/tls'
import {
  type CertificateSpec,
  parseProofAddress,
  type Proof,
  type TrustBundleSpec,
  unitOfProof,
} from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import { type Certificate, certificateChainPem, parseCertificate } from '@easycerts/shared/x509'
import type { CertificateFinding } from '../../disk/index.ts'
import { deadlineOf, type Sighting } from '../../plan/index.ts'
import type { CertmgrContext } from '../certmgr-context.ts'

/** Something on the disk whose use can be proved: a certificate, or a bundle. */
export interface Provable {
  readonly spec: CertificateSpec | TrustBundleSpec
  readonly proof: Proof
  /** The set of files that it is published with. */
  readonly set: string
  /** Its serial number, or what stands for one. */
  readonly id: string
  /** One connection to whoever uses it, and what it says. */
  readonly look: (context: CertmgrContext) => Promise<Sighting>
}

type Pair = Required<Pick<CertificateFinding, 'certificate' | 'chain' | 'key'>>

export const provableOf = ({ spec, certificate, chain, key }: CertificateFinding): Provable[] => {
  const { proof } = spec
  if (!proof || !certificate || !chain || !key) return []
  const pair = { certificate, chain, key }
  const look: Provable['look'] = (context) => lookAtUse(context, spec, proof, pair)
  return [{ spec, proof, set: `group-${spec.group}`, id: certificate.serialNumber, look }]
}

// Over loopback or one network; a component that needs longer is looked at again anyway.
const LOOK_LIMIT = seconds(5)

const lookAtUse = async (
  context: CertmgrContext,
  spec: CertificateSpec,
  proof: Proof,
  pair: Pair,
): Promise<Sighting> => {
  const sight = await connect(proof, pair, context.signal)
  if (sight.kind === 'shown') return sightingOf(sight.der, pair.certificate)
  if (sight.kind === 'accepted') return { kind: 'new' }
  return sight.kind === 'unreachable' ? stoppedInstead(context, spec, sight) : sight
}

/** That nobody listens is explained by a unit that does not run. */
export const stoppedInstead = async (
  { services }: Pick<CertmgrContext, 'services'>,
  spec: Provable['spec'],
  sight: Extract<Sighting, { readonly kind: 'unreachable' }>,
): Promise<Sighting> => {
  const unit = unitOfProof(spec)
  if (unit === undefined || !services.isPresent()) return sight
  return (await services.isActive(unit).catch(() => true)) ? sight : { kind: 'stopped' }
}

export const pointOf = (
  { address: text, serverName, starttls }: Proof,
  signal: AbortSignal,
): SightPoint => {
  const address = parseProofAddress(text)
  if (!address) throw new EasycertsError('ERR_CONFIG_INVALID', `"${text}" is not an address`)
  return { address, serverName, starttls, timeout: LOOK_LIMIT, signal }
}

const connect = (proof: Proof, { chain, key }: Pair, signal: AbortSignal): Promise<TlsSight> => {
  const point = pointOf(proof, signal)
  return proof.use === 'server'
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
