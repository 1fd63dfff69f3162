import {
  apiserverServiceAddress,
  type ClusterFacts,
  type Host,
  type NodeFacts,
  parseHost,
} from '../cluster/index.ts'
import { EasycertsError } from '../errors/index.ts'

/** What templates may speak of. Parts that a certificate does not concern are absent. */
export interface TemplateFacts {
  readonly cluster: ClusterFacts
  readonly node?: NodeFacts
  readonly caServer?: { readonly hosts: readonly Host[] }
  /** An operator's own words, checked by policy before they get here. */
  readonly request?: { readonly user: string; readonly groups: readonly string[] }
}

type Value = string | readonly string[]

/** Every placeholder there is; lists give one text per element. */
const PLACEHOLDERS: Readonly<Record<string, (facts: TemplateFacts) => Value | undefined>> = {
  'node.name': ({ node }) => node?.name,
  'node.hosts': ({ node }) => node?.hosts.map(({ value }) => value),
  'cluster.name': ({ cluster }) => cluster.name,
  'cluster.domain': ({ cluster }) => cluster.domain,
  'cluster.apiserverHost': ({ cluster }) =>
    new URL(cluster.apiserver).hostname.replace(/^\[|\]$/g, ''),
  'cluster.apiserverServiceAddress': ({ cluster }) => apiserverServiceAddress(cluster),
  'caServer.hosts': ({ caServer }) => caServer?.hosts.map(({ value }) => value),
  'request.user': ({ request }) => request?.user,
  'request.groups': ({ request }) => request?.groups,
}

const valueOf = (name: string, facts: TemplateFacts): Value | undefined =>
  Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name]?.(facts) : undefined

const PLACEHOLDER = /\{([A-Za-z.]+)\}/

/** A template's texts: one, or one per element where a placeholder stands for a list. */
export const expandTemplate = (template: string, facts: TemplateFacts): string[] => {
  const [before = '', name, ...after] = template.split(PLACEHOLDER)
  const rest = after.join('')
  const value = name === undefined ? '' : valueOf(name, facts)
  // A brace that is left is a second placeholder or a misspelt one.
  if (value === undefined || after.length > 1 || /[{}]/.test(before + rest))
    throw new EasycertsError(
      'ERR_PROFILE_NOT_PERMITTED',
      `"${template}" has no meaning for this requester`,
    )
  return (typeof value === 'string' ? [value] : value).map((text) => before + text + rest)
}

export const expandHosts = (templates: readonly string[], facts: TemplateFacts): Host[] =>
  templates.flatMap((template) => expandTemplate(template, facts)).map(parseHost)
