import { setTimeout as wait } from 'node:timers/promises'
import { connect, type ConnectionOptions } from 'node:tls'
import { parseCertificate } from '@easycerts/shared/x509'

/** A server under a constant load of new connections, each verified and asked once. */
export interface TlsLoad {
  /** Requests answered so far. */
  readonly answered: () => number
  /** Whether somebody was shown this certificate. */
  readonly hasSeen: (serialNumber: string) => boolean
  /** Ends it, and tells what came of it. */
  readonly stop: () => Promise<LoadResult>
}

export interface LoadResult {
  readonly answered: number
  /** What went wrong with each request that failed. */
  readonly failures: readonly string[]
  /** Serial numbers in the order in which they were first seen. */
  readonly served: readonly string[]
}

export interface LoadTarget {
  readonly port: number
  /** Asked anew for each connection, as by a client that has just been started. */
  readonly options: () => ConnectionOptions
  readonly path?: string
}

const HOST = '127.0.0.1'
const LONGEST_REQUEST = 5_000
const CLIENTS = 2
// Milliseconds: the other processes need the cores as well.
const PAUSE = 3

/** So many clients that each open the next connection when the last one was answered. */
export const startTlsLoad = (target: LoadTarget, clients = CLIENTS): TlsLoad => {
  const served = new Set<string>()
  const failures: string[] = []
  let [answered, isStopped] = [0, false]
  const keepAsking = async (): Promise<void> => {
    while (!isStopped)
      try {
        served.add(await askOnce(target))
        answered++
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error))
      } finally {
        await wait(PAUSE)
      }
  }
  const ended = Promise.all(Array.from({ length: clients }, keepAsking))
  return {
    answered: () => answered,
    hasSeen: (serialNumber) => served.has(serialNumber),
    stop: async () => {
      isStopped = true
      await ended
      return { answered, failures, served: [...served] }
    },
  }
}

/** One new connection that verifies the server, and one request; the serial number that was shown. */
export const askOnce = ({ port, options, path = '/' }: LoadTarget): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port, ...options() })
    let [heard, serial] = ['', '']
    socket.setTimeout(LONGEST_REQUEST, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      serial = parseCertificate(socket.getPeerCertificate().raw).serialNumber
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    })
    socket.on('data', (octets: Buffer) => (heard += octets.toString('latin1')))
    socket.once('close', () => {
      if (/^HTTP\/1\.[01] 200 [\s\S]*\r\n\r\n[\s\S]/.test(heard)) resolve(serial)
      else reject(new Error(heard === '' ? 'closed without an answer' : heard.slice(0, 80)))
    })
  })
