import { seeHealth } from '@easycerts/adapters/tls'
import { parseProofAddress, type ProofAddress } from '@easycerts/shared/certificate-spec'
import { parseHost, urlHost } from '@easycerts/shared/cluster'
import { GUARDED_COMPONENTS, type MemberHealth } from '@easycerts/shared/restart-lease'
import { seconds } from '@easycerts/shared/time'
import { certificateChainPem } from '@easycerts/shared/x509'
import { lookAtCertificate } from '../../disk/index.ts'
import type { MemberSight } from '../../plan/index.ts'
import type { CertmgrContext, Memory } from '../certmgr-context.ts'

/** Another member and where it says how it is; undefined where nobody told its address. */
export interface KnownMember {
  readonly node: string
  readonly address: ProofAddress | undefined
}

/** What one shows and believes when it asks a member, by component: profiles of which one will do. */
const CREDENTIALS: Readonly<
  Record<string, { readonly bundle: string; readonly profiles: readonly string[] } | undefined>
> = {
  etcd: {
    bundle: 'etcd-client',
    profiles: ['etcd-healthcheck-client', 'kube-apiserver-etcd-client', 'etcd-server'],
  },
  'kube-apiserver': { bundle: 'server-ca', profiles: ['kube-apiserver-kubelet-client'] },
}

const LOOK_LIMIT = seconds(5)

/** As certmgr.yaml says, or else as the CA last told; undefined if neither did. */
export const membersOf = (
  { config, leases, store }: Pick<CertmgrContext, 'config' | 'leases' | 'store'>,
  component: string,
): KnownMember[] | undefined => {
  const configured = config.restartLeases.members[component]
  if (configured)
    return Object.entries(configured).map(([node, text]) => ({
      node,
      address: parseProofAddress(text),
    }))
  const cluster = store.loadRecord()?.cluster
  return leases.current().members[component]?.map(({ node, address }) => ({
    node,
    address: address === null ? undefined : addressOf(component, address, cluster?.apiserver),
  }))
}

const addressOf = (
  component: string,
  address: string,
  apiserver: string | undefined,
): ProofAddress | undefined => {
  const port = portOf(GUARDED_COMPONENTS[component], apiserver)
  return port === undefined
    ? undefined
    : parseProofAddress(`${urlHost(parseHost(address))}:${port}`)
}

const portOf = (
  health: MemberHealth | undefined,
  apiserver: string | undefined,
): string | undefined => {
  if (health?.port !== 'apiserver') return health?.port.toString()
  return apiserver === undefined ? undefined : new URL(apiserver).port || '443'
}

/** How the other members are, each by a connection of its own. */
export const lookAtMembers = (
  context: CertmgrContext,
  memory: Pick<Memory, 'trust' | 'parser'>,
  component: string,
  members: readonly KnownMember[],
): Promise<MemberSight[]> =>
  Promise.all(
    members.map(async ({ node, address }) => ({
      node,
      isHealthy: (await healthOf(context, memory, component, address)) === true,
    })),
  )

/** Undefined where this node has nothing to ask with. */
export const healthOf = async (
  context: CertmgrContext,
  memory: Pick<Memory, 'trust' | 'parser'>,
  component: string,
  address: ProofAddress | undefined,
): Promise<boolean | undefined> => {
  const credentials = CREDENTIALS[component]
  const path = GUARDED_COMPONENTS[component]?.path
  const ca = credentials && memory.trust?.[credentials.bundle]
  if (!address || path === undefined || ca === undefined || ca === '') return undefined
  const pair = pairOf(context, memory, credentials?.profiles ?? [])
  const { signal } = context
  return seeHealth({ address, path, ca, pair, timeout: LOOK_LIMIT, signal })
}

const pairOf = (
  { specs, place }: CertmgrContext,
  { parser }: Pick<Memory, 'parser'>,
  profiles: readonly string[],
) => {
  const found = profiles
    .flatMap((profile) => specs.certificates.filter((spec) => spec.profile === profile))
    .map((spec) => lookAtCertificate(place, spec, undefined, parser))
  const usable = found.find(({ chain, key }) => chain && key)
  return usable?.chain && usable.key
    ? { certificate: certificateChainPem(usable.chain), key: usable.key.exportPem() }
    : undefined
}
