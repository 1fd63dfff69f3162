import { type Action, leaseOf } from '@easycerts/shared/certificate-spec'
import type { RestartRecord } from '../../plan/index.ts'
import type { LeaseFile } from '../../state/index.ts'

/** Why an action that needs a lease waits, if it does. */
export const waitOf = (
  leases: Pick<LeaseFile, 'current'>,
  action: Action,
): (Required<RestartRecord>['wait'] & { readonly component: string }) | undefined => {
  const component = leaseOf(action)
  const wait = component === undefined ? undefined : leases.current().restarts[component]?.wait
  return component !== undefined && wait ? { component, ...wait } : undefined
}
