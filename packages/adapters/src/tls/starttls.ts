import type { Socket } from 'node:net'
import type { StarttlsKind } from '@easycerts/shared/certificate-spec'

// Of all that a server may say before TLS; a greeting is a few lines.
const MAX_PLAIN_OCTETS = 4096

/** What we say, and whether the octets so far are the answer that lets us go on. */
interface Step {
  readonly say?: string | Buffer
  /** Undefined: not all of it is there yet. */
  readonly isYes: (heard: Buffer) => boolean | undefined
}

/** Whole lines 'ddd text', all but the last with a hyphen (RFC 5321 §4.2.1). */
const smtpReply =
  (code: string) =>
  (heard: Buffer): boolean | undefined => {
    const text = heard.toString('latin1')
    if (!text.endsWith('\r\n')) return undefined
    const last = text.split('\r\n').at(-2) ?? ''
    return last.charAt(3) === '-' ? undefined : last.startsWith(code)
  }

/** Length 8 and the code 80877103: PostgreSQL's SSLRequest. */
const SSL_REQUEST = Buffer.from('0000000804d2162f', 'hex')

const STEPS: Readonly<Record<StarttlsKind, readonly Step[]>> = {
  postgres: [
    // A single octet; more would be plain text that poses as TLS (CVE-2021-23222).
    { say: SSL_REQUEST, isYes: (heard) => heard.length === 1 && heard[0] === 0x53 },
  ],
  smtp: [
    { isYes: smtpReply('220') },
    { say: 'EHLO localhost\r\n', isYes: smtpReply('250') },
    { say: 'STARTTLS\r\n', isYes: smtpReply('220') },
  ],
}

/** Asks for TLS on a plain connection, which is left with no octet read too many. */
export const askForTls = async (socket: Socket, kind: StarttlsKind): Promise<void> => {
  for (const { say, isYes } of STEPS[kind]) {
    if (say !== undefined) socket.write(say)
    if (!(await answerTo(socket, isYes))) throw new Error(`it does not offer TLS (${kind})`)
  }
}

const answerTo = (socket: Socket, isYes: Step['isYes']): Promise<boolean> =>
  new Promise((resolve, reject) => {
    let heard = Buffer.alloc(0)
    const settle = (end: () => void): void => {
      socket.off('data', onData).off('close', onClose).pause()
      end()
    }
    const onData = (octets: Buffer): void => {
      heard = Buffer.concat([heard, octets])
      const answer = heard.length > MAX_PLAIN_OCTETS ? false : isYes(heard)
      if (answer !== undefined) settle(() => resolve(answer))
    }
    const onClose = (): void => settle(() => reject(new Error('it closed the connection')))
    socket.on('data', onData).once('close', onClose).resume()
  })
