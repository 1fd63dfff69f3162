import type { Spec } from '@easycerts/shared/certificate-spec'
import type { SpecFile } from './load-specs.ts'

/** Two specs with one name or one path would undo each other for ever: the first one stays. */
export const findDuplicates = (
  files: readonly SpecFile[],
): { readonly kept: readonly SpecFile[]; readonly faults: readonly string[] } => {
  const owners = new Map<string, string>()
  const kept: SpecFile[] = []
  const faults: string[] = []
  for (const { file, spec } of files) {
    const claims = claimsOf(spec)
    const own = claims.find((claim, index) => claims.indexOf(claim) !== index)
    const taken = own ?? claims.find((claim) => owners.has(claim))
    if (taken === undefined) {
      for (const claim of claims) owners.set(claim, file)
      kept.push({ file, spec })
    } else
      faults.push(`${file}:1:1: ${taken} is taken by ${owners.get(taken) ?? 'this spec itself'}`)
  }
  return { kept, faults }
}

/** What a spec wants for itself alone. */
const claimsOf = (spec: Spec): string[] => [
  `the name ${spec.name}`,
  ...pathsOf(spec).map((path) => `the path ${path}`),
]

/** Files that a spec keeps true, as the spec names them. */
export const pathsOf = (spec: Spec): string[] =>
  spec.kind === 'Certificate'
    ? [spec.certificate, spec.key, ...(spec.also ?? [])].map(({ path }) => path)
    : [spec.file.path]
