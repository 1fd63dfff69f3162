import type { Spec } from '@easycerts/shared/certificate-spec'

/**
 * The fault of a spec that wants what another has, by `owners`: two with one name or one path would
 * undo each other for ever. Without a fault, its file is the owner from now on.
 */
export const findDuplicate = (
  owners: Map<string, string>,
  file: string,
  spec: Spec,
): string | undefined => {
  const claims = claimsOf(spec)
  const own = claims.find((claim, index) => claims.indexOf(claim) !== index)
  const taken = own ?? claims.find((claim) => owners.has(claim))
  if (taken !== undefined)
    return `${file}:1:1: ${taken} is taken by ${owners.get(taken) ?? 'this spec itself'}`
  for (const claim of claims) owners.set(claim, file)
  return undefined
}

/** What a spec wants for itself alone. */
export const claimsOf = (spec: Spec): string[] => [
  `the name ${spec.name}`,
  ...pathsOf(spec).map((path) => `the path ${path}`),
]

/** Files that a spec keeps true, as the spec names them. */
export const pathsOf = (spec: Spec): string[] =>
  spec.kind === 'Certificate'
    ? [spec.certificate, spec.key, ...(spec.also ?? [])].map(({ path }) => path)
    : [spec.file.path]
