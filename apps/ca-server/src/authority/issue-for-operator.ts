import { EasycertsError } from '@easycerts/shared/errors'
import {
  type AdminRequest,
  checkAdminRequest,
  type OperatorRequester,
} from '@easycerts/shared/issuance'
import type { Duration } from '@easycerts/shared/time'
import { type Certificate, parseCertificateRequest } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { issueCertificate, type IssuanceWish } from './issue-certificate.ts'
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

/** By the same policy as every issuance. ERR_NAME_INVALID for a node that is not in the records. */
export const issueForOperator = async (
  authority: Authority,
  operator: OperatorRequester,
  { profile, csr, node, user, groups, life, withRecord }: OperatorWish,
): Promise<Certificate> => {
  const requester =
    node === undefined ? operator : { ...operator, node: await nodeOf(authority, node) }
  const isForMasters = groups.includes('system:masters')
  if (user !== undefined)
    await tellingRefusals(authority, { requester, profile, isForMasters }, () =>
      Promise.resolve(
        checkAdminRequest(adminRequestOf(authority, profile, { user, groups, life })),
      ),
    )
  return issueCertificate(authority, {
    request: parseCertificateRequest(csr),
    profile,
    requester,
    ...(user === undefined ? {} : { facts: { request: { user, groups } } }),
    ...(life === undefined ? {} : { life }),
    ...(withRecord ? { withRecord } : {}),
  })
}

const adminRequestOf = (
  { policy }: Authority,
  profile: string,
  { user, groups, life }: Pick<OperatorWish, 'groups' | 'life'> & { readonly user: string },
): AdminRequest => ({
  user,
  groups,
  life: life ?? policy.current().profiles.get(profile)?.life ?? (0 as Duration),
})

const nodeOf = async ({ store }: Authority, name: string) => {
  const node = await store.read((reading) => reading.findNode(name))
  if (!node)
    throw new EasycertsError('ERR_NAME_INVALID', `no node "${name.slice(0, 60)}" has joined`, {
      hint: 'see "ca-server node list"',
    })
  const { role, hosts, clusterAdmin } = node
  return { name: node.name, role, hosts, clusterAdmin }
}
