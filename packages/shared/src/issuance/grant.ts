import type { Host } from '../cluster/index.ts'
import type { Profile, TemplateFacts } from '../profile/index.ts'
import type { Duration } from '../time/index.ts'
import type { Subject } from '../x509/index.ts'

/** What policy grants: the whole content of the certificate but its key, serial number and dates. */
export interface Grant {
  readonly profile: Profile
  readonly subject: Subject
  readonly hosts: readonly Host[]
  readonly uris: readonly string[]
  readonly life: Duration
}

/** What a decision rests on beside the requester and the profile. */
export interface AuthorizationFacts extends TemplateFacts {
  /** Names and addresses of the CA, which go to nobody else. */
  readonly caHosts?: readonly Host[]
}
