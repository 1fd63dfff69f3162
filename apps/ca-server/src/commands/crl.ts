import { createOperatorClient, type OperatorClient } from '@easycerts/adapters/ca-client'
import { writeFileDurably } from '@easycerts/adapters/files'
import type { RouteReply } from '@easycerts/shared/api'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { crlPem } from '@easycerts/shared/revocation'
import { dataPaths } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'

export interface CrlShowOptions extends GlobalOptions {
  readonly issuer?: string
}

export interface CrlExportOptions extends CrlShowOptions {
  readonly format: 'der' | 'pem'
  readonly out?: string
}

type Summary = RouteReply<'crlList'>['crls'][number]

const clientOf = (options: GlobalOptions): OperatorClient =>
  createOperatorClient({ socketPath: dataPaths(options.dataDirectory).operatorSocket })

const choose = async (
  client: OperatorClient,
  issuer: string | undefined,
): Promise<readonly Summary[]> => {
  const { crls } = await client.call('crlList', {})
  const chosen = crls.filter((crl) => (issuer ?? crl.issuer) === crl.issuer)
  if (chosen.length > 0) return chosen
  throw new EasycertsError(
    'ERR_CERTIFICATE_UNKNOWN',
    `there is no CRL of ${issuer === undefined ? 'any issuer' : `issuer "${issuer.slice(0, 60)}"`}`,
    { hint: `there are those of ${crls.map((crl) => crl.issuer).join(', ') || 'none'}` },
  )
}

/** `ca-server crl show` */
export const runCrlShow = async (
  context: CommandContext,
  options: CrlShowOptions,
): Promise<void> => {
  const crls = await choose(clientOf(options), options.issuer)
  const when = (instant: string): string => describeInstant(context, instant)
  await context.terminal.result(crls, () =>
    context.terminal.table(
      ['ISSUER', 'NUMBER', 'REVOKED', 'MADE', 'NEXT BY'],
      crls.map(({ issuer, number, entries, thisUpdate, nextUpdate }) => [
        issuer,
        String(number),
        String(entries),
        when(thisUpdate),
        when(nextUpdate),
      ]),
    ),
  )
}

// Public by nature.
const FILE_MODE = 0o644

/** `ca-server crl export` */
export const runCrlExport = async (
  context: CommandContext,
  { format, out, ...options }: CrlExportOptions,
): Promise<void> => {
  const client = clientOf(options)
  const [chosen, another] = await choose(client, options.issuer)
  if (!chosen || another)
    throw new EasycertsError('ERR_USAGE', 'which CRL is to be exported?', {
      hint: 'give --issuer; "ca-server crl show" lists them',
    })
  if (format === 'der' && out === undefined)
    throw new EasycertsError('ERR_USAGE', 'DER is written to a file', { hint: 'give --out FILE' })
  const { crl, der } = await fetchCrl(client, chosen.issuer)
  const pem = crlPem(der)
  if (out === undefined) return context.terminal.result({ ...crl, pem }, () => pem.trimEnd())
  await writeFileDurably({ path: out, content: format === 'der' ? der : pem, mode: FILE_MODE })
  await context.terminal.result(
    { ...crl, file: out },
    () => `CRL ${crl.number} of ${crl.issuer} is in ${out}.`,
  )
}

interface FetchedCrl {
  readonly crl: Summary
  readonly der: Buffer
}

/** Between two parts a newer CRL may come out: then from the start. */
const fetchCrl = async (client: OperatorClient, issuer: string): Promise<FetchedCrl> => {
  for (;;) {
    const parts: Buffer[] = []
    let offset: number | null = 0
    let crl: Summary | undefined
    while (offset !== null) {
      const reply: RouteReply<'crlPart'> = await client.call('crlPart', {
        params: { issuer },
        query: { offset: String(offset) },
      })
      parts.push(Buffer.from(reply.part, 'base64url'))
      crl = reply.crl
      offset = reply.next
    }
    const der = Buffer.concat(parts)
    if (crl && sha256Hex(der) === crl.sha256) return { crl, der }
  }
}
