import type { OldCertmgr } from '@easycerts/adapters/old-certmgr'
import { LAYOUT_NAMES, type LayoutName, type NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { layoutOf, type NodeCertificate } from '@easycerts/shared/layout'
import type { LegacySpec } from '@easycerts/shared/legacy-certmgr'

/** A certificate of the old certmgr that becomes one of ours, where it stands. */
export interface AdoptedCertificate {
  /** As ours has it, with the paths of both. */
  readonly row: NodeCertificate
  readonly spec: LegacySpec
  readonly certificate: Ownership
  readonly key: Ownership
}

/** Names or decimal ids, and '0600'. */
export interface Ownership {
  readonly owner: string
  readonly group: string
  readonly mode: string
}

/** What a join takes over from the old certmgr of a worker. */
export interface Adoption {
  readonly layout: LayoutName
  /** The old configuration, as the machine sees it. */
  readonly config: string
  readonly certificates: readonly AdoptedCertificate[]
  /** Specs that no layout has a place for: certmgr keeps them as they are. */
  readonly left: readonly { readonly file: string; readonly text: string }[]
  readonly settings: OldCertmgr['config']
  /** Of specs that nobody could read, and so nobody takes over. */
  readonly faults: readonly string[]
}

type Match = Pick<AdoptedCertificate, 'row' | 'spec'>

/**
 * Certificates of a worker by the paths of their specs, in the layout that was told, else in the one
 * that fits most of them. Undefined where none fits; ERR_CONFIG_INVALID if it was told.
 */
export const matchSpecs = (
  { specs, file }: Pick<OldCertmgr, 'specs' | 'file'>,
  { role }: Pick<NodeFacts, 'role'>,
  told: LayoutName | undefined,
): { readonly layout: LayoutName; readonly matches: readonly Match[] } | undefined => {
  // A master has keys that are no certificates of ours: its CA is imported, and they with it.
  if (role !== 'worker') return undefined
  const candidates = (told === undefined ? LAYOUT_NAMES : [told]).map((layout) => ({
    layout,
    matches: specs.flatMap((spec) => matchOf(spec, layout)),
  }))
  const [best] = candidates.toSorted((a, b) => b.matches.length - a.matches.length)
  if (best && best.matches.length > 0) return best
  if (told === undefined) return undefined
  throw new EasycertsError('ERR_CONFIG_INVALID', `no spec of ${file} is of the layout ${told}`)
}

const matchOf = (spec: LegacySpec, layout: LayoutName): Match[] =>
  layoutOf(layout)
    .certificates.filter(
      ({ certificate, key, roles }) =>
        roles.includes('worker') &&
        certificate === spec.keyPair?.certificate.path &&
        key === spec.keyPair.key.path,
    )
    .map((row) => ({ row, spec }))

/** The node as it is once its files stay where they are. */
export const inAdoptedLayout = <Facts extends { readonly node: NodeFacts }>(
  facts: Facts,
  adoption: Pick<Adoption, 'layout'> | undefined,
): Facts => (adoption ? { ...facts, node: { ...facts.node, layout: adoption.layout } } : facts)
