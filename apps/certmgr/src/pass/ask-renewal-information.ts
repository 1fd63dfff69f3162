import type { NodeClient } from '@easycerts/adapters/ca-client'
import { failureFields } from '@easycerts/adapters/log'
import { formatCertificateId } from '@easycerts/shared/renewal'
import { seconds } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import { planContact } from '../plan/index.ts'
import { type RenewalSuggestions, writeRenewalSuggestions } from '../state/index.ts'
import type { CertmgrContext, Memory, Session } from './certmgr-context.ts'
import { isOfJoinedCa } from './renew-due.ts'
import { survey } from './survey.ts'

/**
 * Asks when the CA wants the certificates of this node renewed. A CA that does not answer leaves
 * what it told before: renewal never waits for a suggestion.
 */
export const askRenewalInformation = async (
  context: CertmgrContext,
  memory: Memory,
  { identity, record }: Session,
  client: NodeClient,
): Promise<void> => {
  const { paths, clock, config, log } = context
  const found = survey(context, memory, isOfJoinedCa).flatMap(
    ({ finding }) => finding.certificate ?? [],
  )
  try {
    const ids = idsOf([identity.certificate, ...found])
    const { suggestions, retryAfter } = await client.renewalInformation(ids)
    if (JSON.stringify(suggestions) !== JSON.stringify(memory.suggestions))
      await writeRenewalSuggestions(paths.suggestions, suggestions)
    tellOfChanges(context, memory.suggestions, suggestions)
    memory.suggestions = suggestions
    memory.contactAt = planContact(record.node.name, {
      now: clock(),
      retryAfter: seconds(retryAfter),
      checkInterval: config.checkInterval,
    })
  } catch (error) {
    log.debug('the CA suggests no time of renewal', failureFields(error))
  }
}

const idsOf = (certificates: readonly Certificate[]): string[] => [
  ...new Set(certificates.flatMap((certificate) => formatCertificateId(certificate) ?? [])),
]

/** A window that moved is an operator's order, and news; one of a new certificate is not. */
const tellOfChanges = (
  { log }: Pick<CertmgrContext, 'log'>,
  before: RenewalSuggestions,
  after: RenewalSuggestions,
): void => {
  const moved = Object.entries(after).filter(([id, { end }]) => {
    const known = before[id]
    return known !== undefined && known.end.getTime() !== end.getTime()
  })
  if (moved.length === 0) return
  const ends = moved.map(([, { end }]) => end.toISOString()).toSorted()
  log.info('the CA asks for renewal at another time', {
    certificates: moved.length,
    by: ends[0] ?? '',
  })
}
