import { lookup } from 'node:dns/promises'
import { badRequest, cfsslError } from '@easycerts/cfssl/protocol'
import { isInCidr, parseHost } from '@easycerts/shared/cluster'
import { isEasycertsError } from '@easycerts/shared/errors'
import type { LegacyDesk } from '../legacy-desk.ts'

/** Where a client of the door wants us to connect: a name, and the address that it has now. */
export interface ReachableHost {
  readonly name: string
  readonly address: string
  readonly port: number
}

/** What leads back into this host, its link, or the metadata of its cloud (RFC 6890). */
const KEPT_AWAY = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  // Metadata of Alibaba Cloud.
  '100.100.100.200/32',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  'fe80::/10',
  'ff00::/8',
  // Metadata of Amazon's cloud.
  'fd00:ec2::254/128',
]

const DEFAULT_PORT = 443

/**
 * Resolved once, so that the address that is judged is the one that is dialled. Fails for a host that
 * is kept away unless `legacy.outbound` names its range.
 */
export const reachableHost = async (
  { outbound = [] }: Pick<LegacyDesk, 'outbound'>,
  text: string,
  ip = '',
): Promise<ReachableHost> => {
  const [, name = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? []
  const number = port === undefined ? DEFAULT_PORT : Number(port)
  if (number < 1 || number > 65_535) throw badRequest('invalid port given')
  const address = await addressOf(hostOf(ip === '' ? name.replace(/^\[(.*)\]$/, '$1') : ip))
  const isAllowed = outbound.some((range) => isInCidr(address, range))
  if (!isAllowed && KEPT_AWAY.some((range) => isInCidr(address, range)))
    throw badRequest('not authorised')
  return { name, address, port: number }
}

const hostOf = (text: string) => {
  try {
    return parseHost(text.toLowerCase())
  } catch (error) {
    if (isEasycertsError(error)) throw badRequest('invalid host given')
    throw error
  }
}

const addressOf = async ({ kind, value }: ReturnType<typeof parseHost>): Promise<string> => {
  if (kind === 'ip') return value
  try {
    return (await lookup(value)).address
  } catch {
    throw cfsslError(6000, `dial tcp: lookup ${value}: no such host`)
  }
}
