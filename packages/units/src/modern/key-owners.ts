import type { LayoutName, Role } from '@easycerts/shared/cluster'
import { CA_PATHS, layoutOf } from '@easycerts/shared/layout'
import { configFile, type GeneratedFile } from '../stack/index.ts'
import { CA_USER } from './ca-server.ts'
import { CONFIG_PATHS } from './config-paths.ts'

/** Description and home of the users that own keys. */
const USERS = {
  etcd: ['etcd', '/var/lib/etcd'],
  kubernetes: ['Control plane of Kubernetes', '/var/lib/kubernetes'],
  [CA_USER]: ['Certificate authority of easycerts', CA_PATHS.dataDirectory],
} as const satisfies Readonly<Record<string, readonly [string, string]>>

type User = keyof typeof USERS

/** The users that must be there before a key of theirs is; on a worker root owns every key but in NixOS. */
export const keyOwners = (role: Role, layout: LayoutName): User[] => {
  const owners = layoutOf(layout)
    .certificates.filter(({ roles }) => roles.includes(role))
    .map(({ owner }) => owner)
    .filter((owner) => owner !== 'root')
  return [...new Set(owners)].toSorted()
}

/** For systemd-sysusers; no file where nobody is to be made. */
export const accounts = (users: readonly User[]): GeneratedFile[] => {
  const lines = users.map((user) => `u ${user} - "${USERS[user][0]}" ${USERS[user][1]}\n`)
  return lines.length === 0 ? [] : [configFile(CONFIG_PATHS.sysusers, lines.join(''))]
}
