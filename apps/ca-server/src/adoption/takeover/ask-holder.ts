import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Duration, seconds } from '@easycerts/shared/time'
import { parseCertificatePem } from '@easycerts/shared/x509'
import * as v from 'valibot'
import type { PortTakeover } from '../adoption-plan.ts'

const ATTEMPT = seconds(2)
const LOOK_EVERY = 25
const PATIENCE: Duration = seconds(15)
const LONGEST_ANSWER = 65_536

const reply = v.object({ success: v.literal(true), result: v.object({ certificate: v.string() }) })

/** Waits until whoever has the port now tells the CA's certificate. ERR_CA_UNREACHABLE. */
export const awaitHolder = async (takeover: PortTakeover): Promise<void> => {
  const deadline = performance.now() + PATIENCE
  while (!(await tellsCertificate(takeover))) {
    if (performance.now() > deadline)
      throw new EasycertsError(
        'ERR_CA_UNREACHABLE',
        `nobody answers for the CA on port ${takeover.port}`,
        { hint: 'see "journalctl -u ca-server -u cfssl"' },
      )
    await wait(LOOK_EVERY)
  }
}

/** Whether `info` is answered, with the CA that is meant. */
export const tellsCertificate = async (takeover: PortTakeover): Promise<boolean> => {
  const parsed = v.safeParse(reply, parseJson(await askInfo(takeover)))
  if (!parsed.success) return false
  try {
    const told = parseCertificatePem(parsed.output.result.certificate)
    return told.fingerprint === parseCertificatePem(takeover.certificate).fingerprint
  } catch {
    return false
  }
}

/** Who answers is told by what it says; TLS itself is looked at by clients. Empty for any failure. */
const askInfo = ({ address, port, isTls }: PortTakeover): Promise<string> =>
  new Promise((resolve) => {
    const host = isWildcard(address) ? '127.0.0.1' : address
    const signal = AbortSignal.timeout(ATTEMPT)
    const options = { host, port, method: 'POST', path: '/api/v1/cfssl/info', agent: false, signal }
    const sent = isTls
      ? httpsRequest({ ...options, rejectUnauthorized: false })
      : httpRequest(options)
    sent.once('error', () => resolve(''))
    sent.once('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
        if (text.length > LONGEST_ANSWER) answer.destroy()
      })
      answer.once('close', () => resolve(text))
      answer.once('error', () => resolve(''))
    })
    sent.end('{}')
  })

const isWildcard = (address: string): boolean => ['0.0.0.0', '::', ''].includes(address)
