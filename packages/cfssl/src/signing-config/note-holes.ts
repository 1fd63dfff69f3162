import type { ConfigObject } from './config-object.ts'
import type { SigningProfile } from './signing-profile.ts'

interface Hole {
  readonly field: string
  readonly isIn: (profile: SigningProfile, fields: ConfigObject) => boolean
  readonly what: string
}

/** What a profile allows in cfssl, and here only once the operator has said so. */
const HOLES: readonly Hole[] = [
  {
    field: 'auth_key',
    isIn: ({ authKeys, remote }) => authKeys.length === 0 && remote === undefined,
    what: 'there is none: cfssl signs for whoever reaches its port; here this profile is closed without the switch unauthenticated-sign',
  },
  {
    field: 'ClientProvidesSerialNumbers',
    isIn: ({ clientProvidesSerialNumbers }) => clientProvidesSerialNumbers,
    what: 'requests choose serial numbers only with the switch client-serial-numbers',
  },
  {
    field: 'copy_extensions',
    isIn: ({ copiesExtensions }) => copiesExtensions,
    what: 'a request chooses its own key usages only with the switch copied-extensions',
  },
  {
    field: 'ca_constraint',
    isIn: ({ caConstraint }) => caConstraint.isCa,
    what: 'CAs are signed only with the switch ca-certificates',
  },
  {
    field: 'lint_error_level',
    isIn: ({ hasLint }) => hasLint,
    what: 'cfssl built with Go 1.17 or later refuses every request of such a profile, and so it is here',
  },
  {
    field: 'ct_log_servers',
    isIn: (_, fields) => fields.texts('ct_log_servers').length > 0,
    what: 'is not used here: certificates go to no public log',
  },
  {
    field: 'cert_store',
    isIn: (_, fields) => fields.text('cert_store') !== '',
    what: 'cfssl does not use it either',
  },
]

export const noteHoles = (fields: ConfigObject, profile: SigningProfile): void => {
  for (const { field, isIn, what } of HOLES) if (isIn(profile, fields)) fields.note(field, what)
}
