import { rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  ensureDirectory,
  type FileWrite,
  loadOwnerIds,
  publishFiles,
  readTextFile,
} from '@easycerts/adapters/files'
import type { RouteReply } from '@easycerts/shared/api'
import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { generateSigningKey, KEY_ALGORITHMS, type KeyAlgorithm } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { obtainLogged } from './logged-certificate.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface CertificateIssueOptions extends GlobalOptions {
  readonly profile: string
  readonly node?: string
  readonly csr?: string
  readonly newKey?: boolean
  readonly keyAlgorithm: string
  readonly out?: string
  readonly user?: string
  readonly group: readonly string[]
  readonly ttl?: string
}

type Issued = RouteReply<'certificateIssue'>

/** `ca-server certificate issue`: a new key is made here and goes nowhere but into its file. */
export const runCertificateIssue = async (
  context: CommandContext,
  options: CertificateIssueOptions,
): Promise<void> => {
  const { profile, node, user, group, ttl } = options
  const { csr, keyPem } = await requestOf(options)
  const directory = options.out === undefined ? undefined : resolve(options.out)
  const client = openOperatorClient(context, options)
  const body = {
    profile,
    csr,
    groups: [...group],
    ...(node === undefined ? {} : { node }),
    ...(user === undefined ? {} : { user }),
    ...(ttl === undefined ? {} : { ttl }),
  }
  const issued = await obtainLogged(client, () => client.call('certificateIssue', { body }))
  if (directory === undefined) return context.terminal.result(issued, () => issued.certificate)
  // 'nixos/kubelet' is no folder.
  const name = profile.replaceAll('/', '-')
  const files = filesOf(directory, name, issued, keyPem)
  await publish(context, directory, name, files)
  const paths = files.map(({ path }) => path)
  const { issuer, serialNumber, subject, fingerprint, notAfter } = issued
  const summary = { issuer, serialNumber, subject, fingerprint, notAfter }
  await context.terminal.result({ ...summary, files: paths }, () => describe(summary, paths))
}

const requestOf = async ({
  csr,
  newKey = false,
  keyAlgorithm,
  out,
}: CertificateIssueOptions): Promise<{ csr: string; keyPem?: Secret<string> }> => {
  if ((csr !== undefined) === newKey)
    throw new EasycertsError('ERR_USAGE', 'give a request with --csr, or --new-key')
  if (csr !== undefined) return { csr: readTextFile(resolve(csr)) }
  if (out === undefined)
    throw new EasycertsError('ERR_USAGE', 'a new key needs a place: give --out DIR')
  if (!KEY_ALGORITHMS.includes(keyAlgorithm as KeyAlgorithm))
    throw new EasycertsError(
      'ERR_USAGE',
      `there is no key algorithm "${keyAlgorithm.slice(0, 40)}"`,
      {
        hint: `one of ${KEY_ALGORITHMS.join(', ')}`,
      },
    )
  const key = await generateSigningKey(keyAlgorithm as KeyAlgorithm)
  return { csr: buildCertificateRequest(key), keyPem: key.exportPem() }
}

/** The order in which they appear: nobody sees a certificate before its key. */
const filesOf = (
  directory: string,
  name: string,
  { certificate, authorities }: Issued,
  keyPem: Secret<string> | undefined,
): FileWrite[] => [
  { path: join(directory, `${name}-ca.crt`), content: authorities, mode: 0o644 },
  ...(keyPem === undefined
    ? []
    : [{ path: join(directory, `${name}.key`), content: keyPem, mode: 0o600 }]),
  { path: join(directory, `${name}.crt`), content: certificate, mode: 0o644 },
]

const publish = async (
  { uid }: CommandContext,
  directory: string,
  set: string,
  files: readonly FileWrite[],
): Promise<void> => {
  await ensureDirectory(directory, 0o700)
  const journalDirectory = join(directory, '.journal')
  await publishFiles({ set, files, journalDirectory, ids: loadOwnerIds('/', uid) })
  // Not empty if another set waits to be finished.
  await rmdir(journalDirectory).catch(() => undefined)
}

const describe = (
  {
    serialNumber,
    subject,
    notAfter,
    fingerprint,
    issuer,
  }: Omit<Issued, 'certificate' | 'authorities' | 'log'>,
  paths: readonly string[],
): string =>
  [
    `subject      ${subject}`,
    `issuer       ${issuer}`,
    `serial       ${serialNumber}`,
    `not after    ${notAfter}`,
    `fingerprint  ${fingerprint} (SHA-256)`,
    ...paths.map((path) => `file         ${path}`),
  ].join('\n')
