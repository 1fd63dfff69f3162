import { lstatSync, type Stats } from 'node:fs'
import { loadOwnerIds, readTextFile, readTextFileIfAny } from '@easycerts/adapters/files'
import { loadOldCertmgr } from '@easycerts/adapters/old-certmgr'
import type { LayoutName } from '@easycerts/shared/cluster'
import { decodePemBlocks, sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import type { LegacyFile } from '@easycerts/shared/legacy-certmgr'
import { type Machine, pathOn } from '../machine/index.ts'
import type { JoinFacts } from '../plan/join-facts.ts'
import { type Adoption, matchSpecs, type Ownership } from './adoption.ts'
import { loadManifest } from '../manifest/index.ts'
import { loadAdoptionRecord } from './adoption-record.ts'

/** What the operator says of it. */
export interface AdoptionChoices {
  readonly isWanted: boolean
  readonly layout: LayoutName | undefined
  /** Of the old certmgr, as the machine sees it. */
  readonly certmgrConfig: string | undefined
}

/**
 * What of this machine's old certmgr a join takes over; reads only. ERR_CONFIG_INVALID if a layout was
 * told that nothing here has, ERR_CHAIN_INVALID for a ticket of a CA that has not the old one,
 * ERR_NODE_NAME_MISMATCH for one of another node.
 */
export const findAdoption = (
  machine: Machine,
  facts: Pick<JoinFacts, 'node' | 'trustBundles'>,
  { isWanted, layout, certmgrConfig }: AdoptionChoices,
): Adoption | undefined => {
  if (!isWanted) return undefined
  const record = loadAdoptionRecord(machine)
  // A node that joined beside its old certmgr stays so.
  if (!record && layout === undefined && loadManifest(machine)) return undefined
  const old = loadOldCertmgr({ root: machine.root, file: record?.config ?? certmgrConfig })
  const told = record?.layout ?? layout
  if (!old) {
    if (told === undefined) return undefined
    throw new EasycertsError('ERR_CONFIG_INVALID', 'there is no old certmgr here to take over')
  }
  const found = matchSpecs(old, facts.node, told)
  if (!found) return undefined
  const ids = loadOwnerIds(machine.root, machine.effectiveUid)
  const ownershipOf = (file: LegacyFile): Ownership => {
    const stats = lstatSync(pathOn(machine, file.path), { throwIfNoEntry: false })
    return {
      owner: nameOf(file.owner, stats?.uid, (name) => ids.uidOf(name)),
      group: nameOf(file.group, stats?.gid, (name) => ids.gidOf(name)),
      mode: modeOf(stats) ?? file.mode,
    }
  }
  const certificates = found.matches.flatMap(({ row, spec }) => {
    const { keyPair } = spec
    if (!keyPair) return []
    const { certificate, key } = keyPair
    return [{ row, spec, certificate: ownershipOf(certificate), key: ownershipOf(key) }]
  })
  const taken = new Set(certificates.map(({ spec }) => spec))
  const left = old.specs
    .filter((spec) => !taken.has(spec))
    .map(({ file }) => ({ file, text: readTextFile(file) }))
  const { config: settings, faults } = old
  const adoption = { layout: found.layout, config: old.file, certificates, left, settings, faults }
  refuseOtherNode(adoption, facts)
  refuseOtherCa(machine, adoption, facts)
  return adoption
}

const modeOf = (stats: Stats | undefined): string | undefined =>
  stats && `0${(stats.mode & 0o777).toString(8).padStart(3, '0')}`

const ROOT = 0

/** The name of the old spec if it is the owner on the disk, whose number counts otherwise. */
const nameOf = (
  written: string | undefined,
  id: number | undefined,
  idOf: (name: string) => number | undefined,
): string => {
  const name = written ?? 'root'
  if (id === undefined) return name
  try {
    const known = idOf(name)
    if (known === undefined || known === id) return name
  } catch (error) {
    if (!isEasycertsError(error)) throw error
  }
  return id === ROOT ? 'root' : String(id)
}

/** Renewed under another name, the kubelet would be another node. ERR_NODE_NAME_MISMATCH. */
const refuseOtherNode = ({ certificates }: Adoption, { node }: Pick<JoinFacts, 'node'>): void => {
  const { spec } = certificates.find(({ row }) => row.profile === 'kubelet-client') ?? {}
  const name = spec?.request.subject.commonName.replace(/^system:node:/, '')
  if (name !== undefined && name !== node.name)
    throw new EasycertsError(
      'ERR_NODE_NAME_MISMATCH',
      `this machine is the node ${name} of its cluster, and the ticket is for ${node.name}`,
    )
}

/** Every component of the old cluster would refuse certificates of another CA. */
const refuseOtherCa = (
  machine: Machine,
  { certificates }: Adoption,
  { trustBundles }: Pick<JoinFacts, 'trustBundles'>,
): void => {
  const known = new Set(digestsOf(trustBundles['client-ca'] ?? ''))
  const roots = new Set(certificates.flatMap(({ spec }) => spec.authority.rootCa ?? []))
  for (const path of roots) {
    const held = digestsOf(readTextFileIfAny(pathOn(machine, path)) ?? '')
    if (held.length > 0 && !held.some((digest) => known.has(digest)))
      throw new EasycertsError(
        'ERR_CHAIN_INVALID',
        `the CA of the ticket has not the CA of ${path}`,
        {
          hint: 'take the old CA over first, with "ca-server import easycerts"; --no-adopt joins beside what is here',
        },
      )
  }
}

const digestsOf = (pem: string): string[] => {
  try {
    return decodePemBlocks(pem).map(({ der }) => sha256Hex(der))
  } catch {
    return []
  }
}
