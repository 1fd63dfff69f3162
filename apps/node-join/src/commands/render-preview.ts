import { describeOffset } from '@easycerts/adapters/join-session'
import type { Terminal } from '@easycerts/adapters/terminal'
import { describeDuration } from '@easycerts/shared/time'
import { changesNothing, type JoinPreview } from '../plan/join-preview.ts'

const IDENTITIES: Readonly<Record<JoinPreview['identity'], string>> = {
  ask: 'a new one, with a key made here',
  'ask-again': 'the one that an earlier run asked for',
  promote: 'the one that an earlier run received',
  continue: 'the one that is here',
}

/** For people: who would give what to whom, and what would change on this machine. */
export const renderPreview = async (preview: JoinPreview, terminal: Terminal): Promise<string> => {
  const { certificates, files, units } = preview
  const certificateRows = certificates.map((each) => [
    each.profile,
    each.reason === undefined || each.action === 'issue'
      ? each.action
      : `${each.action} (${each.reason})`,
    each.refusal === undefined ? each.subject : `refused: ${each.refusal}`,
    each.names.join(' ') || '-',
    each.life === undefined ? '-' : describeDuration(each.life * 1000),
    each.certificate,
  ])
  const fileRows = files.map(({ action, kind, owner, mode, path }) => [
    action,
    kind,
    owner,
    mode,
    path,
  ])
  const unitRows = units.map((step) => [
    step.unit,
    step.action === 'skip' ? `not started: ${step.reason}` : step.action,
  ])
  return [
    ...headLines(preview),
    '',
    await terminal.table(
      ['CERTIFICATE', 'ACTION', 'SUBJECT', 'NAMES', 'LIFE', 'FILE'],
      certificateRows,
    ),
    '',
    await terminal.table(['ACTION', 'FILE', 'OWNER', 'MODE', 'PATH'], fileRows),
    ...(unitRows.length === 0 ? [] : ['', await terminal.table(['UNIT', 'ACTION'], unitRows)]),
    '',
    changesNothing(preview)
      ? 'A join would change nothing.'
      : 'Nothing was changed, and the ticket was not used. "node-join < ticket" does it.',
  ].join('\n')
}

const headLines = (preview: JoinPreview): string[] => {
  const { ca, cluster, node, ticket, identity } = preview
  return [
    `cluster   ${ca.cluster}, Kubernetes ${cluster.kubernetesVersion}, ${cluster.apiserver}`,
    `CA        ${ca.endpoint}, pinned key ${ca.pin}`,
    `clock     ${clockText(ca.clockOffset)}`,
    `ticket    ${ticket.id}, ${ticket.state}${ticket.expiresAt === undefined ? '' : `, good until ${ticket.expiresAt}`}`,
    `node      ${node.name}, ${node.role}${node.clusterAdmin ? ' with the cluster-admin kubeconfig' : ''}`,
    `names     ${node.hosts.map(({ value }) => value).join(' ') || 'none but its own'}`,
    `identity  ${IDENTITIES[identity]}${ticket.replacesNode === true ? '; it takes the place of the one that the CA knows' : ''}`,
    ...adoptionLines(preview),
  ]
}

const adoptionLines = ({ adoption, certificates, files }: JoinPreview): string[] => {
  if (!adoption) return []
  const kept = certificates.filter(({ action }) => action === 'keep').length
  const replaced = files.filter(({ action }) => action === 'replace').map(({ path }) => path)
  return [
    `adoption  of what certmgr keeps by ${adoption.config}, in the layout ${adoption.layout}`,
    `          ${kept} of ${certificates.length} certificates stay as they are; ours renews them, and old kubeconfigs and units of components stay`,
    `          replaced, and given back by a reset: ${replaced.join(' ') || 'nothing'}`,
    ...adoption.left.map((file) => `          stays with its own CA: ${file}`),
  ]
}

const clockText = (offset: number | undefined): string => {
  if (offset === undefined) return 'not compared: the CA was not asked'
  return Math.abs(offset) < 1000 ? 'the same as the CA’s, to the second' : describeOffset(offset)
}
