import { decodePem, sha256Hex } from '@easycerts/shared/encoding'
import { pinOfSpki } from '@easycerts/shared/key'
import { parseCertificate } from '@easycerts/shared/x509'
import { askTrust } from './ask-trust.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { openOperatorClient } from './open-operator-client.ts'

/** `ca-server trust pin`: the few numbers that tell this CA from every other. */
export const runTrustPin = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<void> => {
  const { document, octets } = await askTrust(openOperatorClient(context, options))
  const { cluster, epoch, version } = document
  const enrolment = document.purposes.enrolment.map(({ id, state, certificate }) => {
    const { pin } = parseCertificate(decodePem('CERTIFICATE', certificate))
    return { id, state, pin }
  })
  const trustKeys = document.trustKeys.map(({ id, state, publicKey }) => ({
    ...{ id, state },
    pin: pinOfSpki(Buffer.from(publicKey, 'base64url')),
  }))
  const result = { cluster, epoch, version, sha256: sha256Hex(octets), enrolment, trustKeys }
  await context.terminal.result(result, () =>
    [
      `cluster         ${cluster.name}, ${grouped(cluster.id)}`,
      ...enrolment.map(({ id, pin }) => `enrolment pin   ${grouped(pin)}  (${id})`),
      ...trustKeys.map(({ pin, state }) => `trust key       ${grouped(pin)}  (${state})`),
      `trust document  version ${version}, epoch ${epoch}, SHA-256 ${grouped(result.sha256)}`,
    ].join('\n'),
  )
}

/** For reading aloud; a key's id is the first four groups of its pin. */
const grouped = (hex: string): string => hex.match(/.{1,4}/g)?.join(' ') ?? hex
