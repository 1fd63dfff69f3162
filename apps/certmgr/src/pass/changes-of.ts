import type { Change } from '@easycerts/shared/certificate-spec'
import { pathOn } from '../disk/index.ts'
import type { SourcedBundle, SourcedCertificate, SourcedSpec } from '../specs/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

type Known = Pick<CertmgrContext, 'specs' | 'place'>

/** A new certificate of a spec, or another file made of it. */
export const changeOfCertificate = (
  known: Known,
  spec: SourcedCertificate,
  type: 'leaf' | 'key' | 'config',
): Change =>
  toldOf(known, spec) ?? {
    type,
    spec: fileOf(known.specs, spec.name),
    certificate: pathOn(known.place, spec.certificate.path),
    key: pathOn(known.place, spec.key.path),
  }

export const changeOfBundle = (known: Known, spec: SourcedBundle): Change =>
  toldOf(known, spec) ?? {
    type: 'bundle',
    spec: fileOf(known.specs, spec.name),
    ca: pathOn(known.place, spec.file.path),
  }

/** What a spec wants told whatever changed; undefined for one that tells its changes apart. */
const toldOf = ({ place }: Known, { source }: SourcedSpec): Change | undefined => {
  if (!source) return undefined
  const { type, spec, ...paths } = source.change
  const onDisk = Object.entries(paths).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, pathOn(place, path)] as const],
  )
  return { type, spec, ...Object.fromEntries(onDisk) }
}

const fileOf = ({ files }: Known['specs'], name: string): string =>
  files.find(({ spec }) => spec.name === name)?.file ?? ''
