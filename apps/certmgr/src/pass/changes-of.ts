import type { Change, CertificateSpec, TrustBundleSpec } from '@easycerts/shared/certificate-spec'
import { pathOn } from '../disk/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

type Known = Pick<CertmgrContext, 'specs' | 'place'>

/** A new certificate of a spec, or another file made of it. */
export const changeOfCertificate = (
  { specs, place }: Known,
  { name, certificate, key }: CertificateSpec,
  type: 'leaf' | 'key' | 'config',
): Change => ({
  type,
  spec: fileOf(specs, name),
  certificate: pathOn(place, certificate.path),
  key: pathOn(place, key.path),
})

export const changeOfBundle = ({ specs, place }: Known, spec: TrustBundleSpec): Change => ({
  type: 'bundle',
  spec: fileOf(specs, spec.name),
  ca: pathOn(place, spec.file.path),
})

const fileOf = ({ files }: Known['specs'], name: string): string =>
  files.find(({ spec }) => spec.name === name)?.file ?? ''
