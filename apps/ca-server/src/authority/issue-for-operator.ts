import { EasycertsError } from '@easycerts/shared/errors'
import {
  checkAdminRequest,
  checkUserName,
  type OperatorRequester,
} from '@easycerts/shared/issuance'
import type { Duration } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { issueCertificate, type IssuanceWish } from './issue-certificate.ts'
import { parseCsr } from './parse-csr.ts'
import { tellingRefusals } from './refusals.ts'

/** What an operator wants certified: for a node of the records, for a person, or for neither. */
export interface OperatorWish {
  readonly profile: string
  /** PEM. */
  readonly csr: string
  readonly node?: string | undefined
  readonly user?: string | undefined
  readonly groups: readonly string[]
  readonly life?: Duration | undefined
  readonly withRecord?: IssuanceWish['withRecord']
}

/** The one profile whose groups the operator chooses. */
const WITH_GROUPS = 'admin'

/** By the same policy as every issuance. ERR_NAME_INVALID for a node that is not in the records. */
export const issueForOperator = async (
  authority: Authority,
  operator: OperatorRequester,
  wish: OperatorWish,
): Promise<Certificate> => {
  const { profile, csr, node, user, groups, life, withRecord } = wish
  const facts = node === undefined ? undefined : await nodeOf(authority, node)
  const requester = facts ? { ...operator, node: facts } : operator
  const asked = { requester, profile, isForMasters: groups.includes('system:masters') }
  await tellingRefusals(authority, asked, () => {
    checkPerson(authority, wish)
    return Promise.resolve()
  })
  return issueCertificate(authority, {
    request: parseCsr(authority, csr),
    profile,
    requester,
    ...(user === undefined ? {} : { facts: { request: { user, groups } } }),
    ...(life === undefined ? {} : { life }),
    ...(withRecord ? { withRecord } : {}),
  })
}

const checkPerson = (
  { policy }: Authority,
  { profile, user, groups, life }: OperatorWish,
): void => {
  if (groups.length > 0 && (profile !== WITH_GROUPS || user === undefined))
    throw new EasycertsError('ERR_USAGE', `groups are for a user and profile "${WITH_GROUPS}"`)
  if (user === undefined) return
  checkUserName(user)
  const ordinary = policy.current().profiles.get(profile)?.life
  const chosen = life ?? ordinary
  if (profile === WITH_GROUPS && chosen !== undefined)
    checkAdminRequest({ user, groups, life: chosen })
}

const nodeOf = async ({ store }: Authority, name: string) => {
  const node = await store.read((reading) => reading.findNode(name))
  if (!node)
    throw new EasycertsError('ERR_NAME_INVALID', `no node "${name.slice(0, 60)}" has joined`, {
      hint: 'see "ca-server node list"',
    })
  const { role, hosts, clusterAdmin } = node
  return { name: node.name, role, hosts, clusterAdmin }
}
