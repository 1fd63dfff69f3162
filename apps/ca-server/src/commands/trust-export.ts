import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeFileDurably } from '@easycerts/adapters/files'
import { encodePem } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { signersOf, trustMessageOf, type TrustVersion } from '@easycerts/shared/trust'
import { certificatePem, parseCertificate } from '@easycerts/shared/x509'
import { askTrust, trustVersionsAfter } from './ask-trust.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface TrustExportOptions extends GlobalOptions {
  readonly all?: boolean
  readonly out?: string
  readonly parts?: string
}

/** `ca-server trust export`: versions as they are stored and sent, for nodes and tools elsewhere. */
export const runTrustExport = async (
  context: CommandContext,
  options: TrustExportOptions,
): Promise<void> => {
  if (options.parts !== undefined && (options.all === true || options.out !== undefined))
    throw new EasycertsError('ERR_USAGE', '--parts goes alone: it is about the newest version')
  const client = openOperatorClient(context, options)
  const versions: TrustVersion[] = []
  if (options.all !== true) versions.push(await askTrust(client))
  else for await (const version of trustVersionsAfter(client, 0)) versions.push(version)
  if (options.parts !== undefined) return writeParts(context, resolve(options.parts), versions)
  const text = versions.map(({ signed }) => `${JSON.stringify(signed)}\n`).join('')
  const numbers = versions.map(({ document }) => document.version)
  if (options.out === undefined)
    return context.terminal.result(
      versions.map(({ signed }) => signed),
      () => text.trimEnd(),
    )
  const out = resolve(options.out)
  await writeFileDurably({ path: out, content: text, mode: 0o644 })
  return context.terminal.result(
    { out, versions: numbers },
    () => `wrote ${numbers.length} version(s), the newest ${numbers.at(-1) ?? '-'}, to ${out}`,
  )
}

/** What `openssl pkeyutl -verify -rawin` and `openssl verify` take. */
const writeParts = async (
  context: CommandContext,
  directory: string,
  [version]: readonly TrustVersion[],
): Promise<void> => {
  if (!version) throw new TypeError('there is no newest version')
  const { octets, signed, document } = version
  const [signer] = signersOf(version, document.trustKeys)
  const signature = signed.signatures.find(({ keyId }) => keyId === signer?.id)?.signature ?? ''
  const certificates = signed.certifications.map((text) =>
    certificatePem(parseCertificate(Buffer.from(text, 'base64url'))),
  )
  const parts: Readonly<Record<string, string | Buffer>> = {
    'document.json': octets,
    'message.bin': trustMessageOf(octets),
    'signature.bin': Buffer.from(signature, 'base64url'),
    'trust-key.pub': encodePem('PUBLIC KEY', Buffer.from(signer?.publicKey ?? '', 'base64url')),
    'trust-key.crt': certificates.join(''),
    'enrolment-ca.crt': document.purposes.enrolment.map(({ certificate }) => certificate).join(''),
  }
  await mkdir(directory, { recursive: true, mode: 0o755 })
  for (const [name, content] of Object.entries(parts))
    await writeFileDurably({ path: join(directory, name), content, mode: 0o644 })
  await context.terminal.result(
    { directory, version: document.version, files: Object.keys(parts) },
    () => `wrote version ${document.version} to ${directory}: ${Object.keys(parts).join(', ')}`,
  )
}
