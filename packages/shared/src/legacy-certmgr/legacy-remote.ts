import { type Host, parseHost, urlHost } from '../cluster/index.ts'
import { parsedText } from './parsed-text.ts'

/** One CA of cfssl. */
export interface LegacyRemote {
  readonly protocol: 'http' | 'https'
  readonly host: Host
  readonly port: number
}

/** Of a name alone; with a scheme, that scheme's own. */
const PORTS = { none: 8888, http: 80, https: 443 } as const
const MAX_REMOTES = 32

const REMOTE = /^(?:(https?):\/\/)?(\[[0-9a-f]*:[0-9a-f:.]*\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?\/?$/i

/** 'https://ca:8888', 'ca', '10.0.0.1:8888'; undefined for anything else. */
export const parseLegacyRemote = (text: string): LegacyRemote | undefined => {
  const [, scheme, written = '', port] = REMOTE.exec(text.trim()) ?? []
  const protocol = scheme?.toLowerCase() === 'https' ? 'https' : 'http'
  const host = hostOf(written.replace(/^\[|\]$/g, '').toLowerCase())
  const number = port === undefined ? PORTS[scheme === undefined ? 'none' : protocol] : Number(port)
  return host && number > 0 && number <= 65_535 ? { protocol, host, port: number } : undefined
}

const hostOf = (text: string): Host | undefined => {
  try {
    return parseHost(text)
  } catch {
    return undefined
  }
}

export const formatLegacyRemote = ({ protocol, host, port }: LegacyRemote): string =>
  `${protocol}://${urlHost(host)}:${port}`

const parseRemotes = (text: string): LegacyRemote[] | undefined => {
  const parts = text.split(',')
  const remotes = parts.flatMap((part) => parseLegacyRemote(part) ?? [])
  return remotes.length === parts.length && parts.length <= MAX_REMOTES ? remotes : undefined
}

/** In order of preference, parted by commas. */
export const legacyRemotes = parsedText(
  parseRemotes,
  'is not a remote (https://host:port, host:port, or several parted by commas)',
)
