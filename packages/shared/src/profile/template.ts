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
  /** What a key of the cfssl API asks for, checked by the policy of that key. */
  readonly legacy?: {
    readonly commonName: string
    readonly organizations: readonly string[]
    readonly hosts: readonly string[]
  }
}

type Value = string | readonly string[]

/** Every placeholder there is; lists give one text per element. */
const PLACEHOLDERS: Readonly<Record<string, (facts: TemplateFacts) => Value | undefined>> = {
  'node.name': ({ node }) => node?.name,
  'node.hosts': ({ node }) => node?.hosts.map(({ value }) => value),
  // A node is what the ticket said that it joined by.
  'ticket.name': ({ node }) => node?.name,
  'ticket.role': ({ node }) => node?.role,
  'ticket.hosts': ({ node }) => node?.hosts.map(({ value }) => value),
  'cluster.name': ({ cluster }) => cluster.name,
  'cluster.domain': ({ cluster }) => cluster.domain,
  'cluster.apiserverHost': ({ cluster }) =>
    new URL(cluster.apiserver).hostname.replace(/^\[|\]$/g, ''),
  'cluster.apiserverServiceAddress': ({ cluster }) => apiserverServiceAddress(cluster),
  'caServer.hosts': ({ caServer }) => caServer?.hosts.map(({ value }) => value),
  'request.user': ({ request }) => request?.user,
  'request.groups': ({ request }) => request?.groups,
  'legacy.commonName': ({ legacy }) => legacy?.commonName,
  'legacy.organizations': ({ legacy }) => legacy?.organizations,
  'legacy.hosts': ({ legacy }) => legacy?.hosts,
}

const valueOf = (name: string, facts: TemplateFacts): Value | undefined =>
  Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name]?.(facts) : undefined

const PLACEHOLDER = /\{([A-Za-z.]+)\}/

/** The placeholders that an operator's own profiles may use, and whether each stands for a list. */
const CUSTOM_PLACEHOLDERS: Readonly<Record<string, 'text' | 'list'>> = {
  'node.name': 'text',
  'node.hosts': 'list',
  'ticket.name': 'text',
  'ticket.role': 'text',
  'ticket.hosts': 'list',
  'cluster.name': 'text',
  'cluster.domain': 'text',
  'cluster.apiserverHost': 'text',
  'cluster.apiserverServiceAddress': 'text',
}

/** Why a template of a profile of the operator's own has no meaning; undefined if it has one. */
export const faultOfTemplate = (template: string, kind: 'text' | 'list'): string | undefined => {
  const [before = '', name, ...after] = template.split(PLACEHOLDER)
  if (name === undefined && !/[{}]/.test(before)) return undefined
  if (after.length > 1) return 'has more than one placeholder'
  if (name === undefined || /[{}]/.test(before + after.join('')))
    return 'has a brace that is no placeholder'
  const known = Object.hasOwn(CUSTOM_PLACEHOLDERS, name) ? CUSTOM_PLACEHOLDERS[name] : undefined
  if (known === undefined)
    return `has the unknown placeholder {${name}}; known are ${Object.keys(CUSTOM_PLACEHOLDERS).join(', ')}`
  return known === 'list' && kind === 'text'
    ? `has {${name}}, a list, where one text belongs`
    : undefined
}

/** A template's texts: one, or one per element where a placeholder stands for a list. */
export const expandTemplate = (template: string, facts: TemplateFacts): string[] => {
  const [before = '', name, ...after] = template.split(PLACEHOLDER)
  const rest = after.join('')
  const value = name === undefined ? '' : valueOf(name, facts)
  // A brace that is left is a second placeholder or a misspelt one.
  if (value === undefined || after.length > 1 || /[{}]/.test(before + rest))
    throw new EasycertsError(
      'ERR_PROFILE_NOT_PERMITTED',
      `"${template}" has no meaning for this requester (rule template-facts)`,
      { rule: 'template-facts' },
    )
  return (typeof value === 'string' ? [value] : value).map((text) => before + text + rest)
}

export const expandHosts = (templates: readonly string[], facts: TemplateFacts): Host[] =>
  templates.flatMap((template) => expandTemplate(template, facts)).map(parseHost)
