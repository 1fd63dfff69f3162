import { join } from 'node:path'
import { EasycertsError } from '@easycerts/shared/errors'
import { readTextFileIfAny } from './read-file.ts'

/**
 * Numeric ids of user and group names. `undefined` means "leave it to the caller": only root may
 * give files away. ERR_USER_UNKNOWN for a name that the machine does not have.
 */
export interface OwnerIds {
  uidOf(owner: string): number | undefined
  gidOf(group: string): number | undefined
}

const ROOT = 0
const LARGEST_ID = 0xffff_fffe

/**
 * Reads the accounts of the machine below `root` ('/' except when a system image is prepared), so
 * that names mean there what they mean to its own programs. Reads nothing for any user but root.
 */
export const loadOwnerIds = (root: string, effectiveUid: number): OwnerIds => {
  if (effectiveUid !== ROOT) return { uidOf: () => undefined, gidOf: () => undefined }
  const users = readIds(join(root, 'etc/passwd'))
  const groups = readIds(join(root, 'etc/group'))
  return {
    uidOf: (owner) => resolveId(users, owner, 'user'),
    gidOf: (group) => resolveId(groups, group, 'group'),
  }
}

/** passwd(5) and group(5) both begin with name:password:id. */
const readIds = (path: string): Map<string, number> => {
  const ids = new Map([['root', ROOT]])
  for (const line of (readTextFileIfAny(path) ?? '').split('\n')) {
    const [name, , id] = line.split(':')
    if (name !== undefined && name !== 'root' && isId(id)) ids.set(name, Number(id))
  }
  return ids
}

const isId = (text: string | undefined): text is string =>
  text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= LARGEST_ID

const resolveId = (ids: Map<string, number>, name: string, kind: 'user' | 'group'): number => {
  const id = ids.get(name) ?? (isId(name) ? Number(name) : undefined)
  if (id === undefined) throw new EasycertsError('ERR_USER_UNKNOWN', `no ${kind} "${name}"`)
  return id
}
