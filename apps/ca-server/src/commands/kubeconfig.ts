import { join, resolve } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import type { RouteReply } from '@easycerts/shared/api'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { formatKubeconfig } from '@easycerts/shared/kubernetes'
import { buildCertificateRequest, parseCertificatePem } from '@easycerts/shared/x509'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { obtainLogged } from './logged-certificate.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface KubeconfigOptions extends GlobalOptions {
  readonly user: string
  readonly group: readonly string[]
  readonly ttl: string
  readonly out?: string
  readonly files?: string
}

type AdminReply = RouteReply<'adminCertificate'>

/** `ca-server kubeconfig`: the key is made here and never leaves this process but into the file. */
export const runKubeconfig = async (
  context: CommandContext,
  options: KubeconfigOptions,
): Promise<void> => {
  const key = await generateSigningKey('ecdsa-p256')
  const groups = options.group.length > 0 ? [...options.group] : ['system:masters']
  const client = openOperatorClient(context, options)
  const { user, ttl } = options
  const body = { csr: buildCertificateRequest(key), user, groups, ttl }
  const reply = await obtainLogged(client, () => client.call('adminCertificate', { body }))
  const credentials =
    options.files === undefined
      ? embedded(reply, key)
      : await writeCredentialFiles(resolve(options.files), reply, key)
  const { cluster } = reply
  const text = formatKubeconfig({
    cluster: cluster.name,
    server: cluster.apiserver,
    user: options.user,
    credentials,
  })
  const summary = {
    user: options.user,
    groups,
    server: cluster.apiserver,
    notAfter: parseCertificatePem(reply.certificate).validity.notAfter.toISOString(),
  }
  if (options.out === undefined)
    return context.terminal.result({ ...summary, kubeconfig: text }, () => text)
  const path = resolve(options.out)
  await writeFileDurably({ path, content: text, mode: 0o600 })
  await context.terminal.result({ ...summary, path }, () =>
    [
      `Kubeconfig for ${summary.user} (${groups.join(', ')}) in ${path}, good until ${summary.notAfter}.`,
      `Try: kubectl --kubeconfig ${path} get nodes`,
    ].join('\n'),
  )
}

const embedded = (reply: AdminReply, key: ExportableKey) =>
  ({
    kind: 'embedded',
    ca: reply.serverCa,
    certificate: reply.certificate,
    key: key.exportPem(),
  }) as const

const writeCredentialFiles = async (directory: string, reply: AdminReply, key: ExportableKey) => {
  await ensureDirectory(directory, 0o700)
  const [ca, keyPath, certificate] = ['ca.crt', 'client.key', 'client.crt'].map((name) =>
    join(directory, name),
  ) as [string, string, string]
  await writeFileDurably({ path: ca, content: reply.serverCa, mode: 0o644 })
  await writeFileDurably({ path: keyPath, content: key.exportPem(), mode: 0o600 })
  await writeFileDurably({ path: certificate, content: reply.certificate, mode: 0o644 })
  return { kind: 'files', ca, certificate, key: keyPath } as const
}
