import { isOurLink } from '@easycerts/adapters/files'
import type { CertificateSpec } from '@easycerts/shared/certificate-spec'
import { pathOn, type Place } from './place.ts'

/** What stands in another way than the spec wants it published; undefined if all is as it says. */
export const publicationDriftOf = (place: Place, spec: CertificateSpec): string | undefined => {
  const isLinked = spec.publication === 'link'
  const other = [spec.certificate, spec.key, ...(spec.also ?? [])].find(
    ({ path }) => isOurLink(pathOn(place, path), spec.name) !== isLinked,
  )
  return (
    other &&
    `${other.path} is ${isLinked ? 'a file instead of a link' : 'a link instead of a file'}`
  )
}
