import { type Host, uniqueHosts } from '../cluster/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { expandHosts, expandTemplate, type Profile, type TemplateFacts } from '../profile/index.ts'
import type { Duration } from '../time/index.ts'
import type { Subject } from '../x509/index.ts'
import type { Requester } from './requester.ts'

/** What policy grants: the whole content of the certificate but its key, serial number and dates. */
export interface Grant {
  readonly profile: Profile
  readonly subject: Subject
  readonly hosts: readonly Host[]
  readonly uris: readonly string[]
  readonly life: Duration
}

/** ERR_PROFILE_NOT_PERMITTED unless a rule below allows it: deny by default. */
export const authorize = (
  requester: Requester,
  profile: Profile,
  facts: TemplateFacts,
  life: Duration,
): Grant => {
  if (!mayAsk(requester, profile))
    throw new EasycertsError(
      'ERR_PROFILE_NOT_PERMITTED',
      `profile "${profile.name}" is not for ${roleOf(requester)}`,
    )
  const [commonName = ''] = expandTemplate(profile.commonName, facts)
  return {
    profile,
    subject: {
      commonName,
      organizations: profile.organizations.flatMap((each) => expandTemplate(each, facts)),
    },
    hosts: uniqueHosts(expandHosts(profile.names, facts)),
    uris: profile.identityUri === true ? [identityUri(facts)] : [],
    life,
  }
}

const mayAsk = (requester: Requester, profile: Profile): boolean => {
  switch (requester.kind) {
    case 'ticket':
      return profile.name === 'node-identity'
    case 'ca-server':
      return profile.name === 'ca-server'
    case 'operator':
      return profile.name === 'admin'
    case 'node':
      return profile.name === 'node-identity' || mayNodeAsk(requester, profile)
  }
}

const mayNodeAsk = ({ node }: Requester & { kind: 'node' }, profile: Profile): boolean =>
  profile.roles.includes(node.role) && (profile.clusterAdmin !== true || node.clusterAdmin)

const roleOf = (requester: Requester): string =>
  requester.kind === 'node' ? `a ${requester.node.role}` : `a requester of kind ${requester.kind}`

/** `easycerts://<cluster>/node/<node>` */
export const identityUri = ({ cluster, node }: TemplateFacts): string =>
  `easycerts://${cluster.name}/node/${node?.name ?? ''}`
