import { type Host, isAddressOfOneHost } from '@easycerts/shared/cluster'
import { type EasycertsError } from '@easycerts/shared/errors'
import { refusal } from '@easycerts/shared/issuance'
import { findForbiddenName } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'

/**
 * Why no certificate could bear one of these hosts: what the lint rules of the same names would
 * refuse, told before a ticket is made for it. Undefined if all can be certified.
 */
export const findUncertifiableHost = (
  { issuers }: Pick<Authority, 'issuers'>,
  hosts: readonly Host[],
): EasycertsError | undefined => {
  const nobodys = hosts.find(({ kind, value }) => kind === 'ip' && !isAddressOfOneHost(value))
  if (nobodys)
    return refusal(
      'ERR_NAME_INVALID',
      'ip-address-of-host',
      `${nobodys.value} is no address of a host`,
      'give addresses of the node itself: neither unspecified nor multicast nor broadcast',
    )
  for (const { id, nameConstraints } of [issuers.cluster, issuers.etcd])
    for (const constraints of nameConstraints) {
      const forbidden = findForbiddenName(constraints, { names: hosts })
      if (forbidden !== undefined)
        return refusal(
          'ERR_NAME_INVALID',
          'name-constraints',
          `a CA above the issuer ${id} does not permit ${forbidden}`,
          'give names and addresses within the name constraints of the CA',
        )
    }
  return undefined
}
