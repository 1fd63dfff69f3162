import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { NODE_CERTIFICATES, NODE_PATHS } from '@easycerts/shared/layout'
import { renewalTime } from '@easycerts/shared/renewal'
import { type Certificate, formatName, parseCertificate } from '@easycerts/shared/x509'
import type { Role } from '@easycerts/shared/cluster'

/** One certificate on a disk, as the demonstration sees it from outside. */
export interface Watched {
  readonly node: string
  readonly name: string
  readonly path: string
  readonly certificate: Certificate
  readonly dueAt: Date
  /** How often its serial number has changed since the first look. */
  readonly renewals: number
}

export interface WatchedNode {
  readonly name: string
  readonly role: Role
  readonly root: string
}

/** Looks at the files again and again; `look` gives all of them and which were renewed since the last look. */
export const createWatch = (nodes: readonly WatchedNode[]) => {
  const places = nodes.flatMap(placesOf)
  const seen = new Map<string, Watched>()
  return {
    look: (): { all: Watched[]; renewed: Watched[] } => {
      const renewed: Watched[] = []
      for (const place of places) {
        const certificate = readCertificate(place.path)
        const before = seen.get(place.path)
        if (!certificate || before?.certificate.fingerprint === certificate.fingerprint) continue
        const dueAt = renewalTime(certificate.validity, certificate.serialNumber)
        const watched = { ...place, certificate, dueAt, renewals: before ? before.renewals + 1 : 0 }
        seen.set(place.path, watched)
        if (before) renewed.push(watched)
      }
      return { all: [...seen.values()], renewed }
    },
  }
}

const placesOf = ({ name: node, role, root }: WatchedNode) => [
  { node, name: 'node-identity', path: join(root, NODE_PATHS.identityDirectory, 'current.pem') },
  ...NODE_CERTIFICATES.filter(({ roles }) => roles.includes(role)).map(
    ({ profile, certificate }) => ({
      node,
      name: profile,
      path: join(root, certificate),
    }),
  ),
]

const readCertificate = (path: string): Certificate | undefined => {
  try {
    const block = decodePemBlocks(readFileSync(path, 'utf8')).find(
      ({ label }) => label === 'CERTIFICATE',
    )
    return block && parseCertificate(block.der)
  } catch {
    // Not there yet, or gone with the scratch directory.
    return undefined
  }
}

export const subjectText = ({ certificate }: Watched): string => formatName(certificate.subject)
