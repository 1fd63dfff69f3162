import type { Action, CertificateSpec } from '@easycerts/shared/certificate-spec'

/** What a new certificate demands; a new key brings a new certificate, so it stands in for `leaf`. */
export const actionsOfRenewal = (
  { actions }: Pick<CertificateSpec, 'actions'>,
  isKeyNew: boolean,
): readonly Action[] => (isKeyNew ? (actions.key ?? actions.leaf) : actions.leaf) ?? []
