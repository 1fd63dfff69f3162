import { connect as connectTcp } from 'node:net'
import { rootCertificates } from 'node:tls'
import { goTime } from '@easycerts/cfssl/certinfo'
import { days } from '@easycerts/shared/time'
import { distrustOf } from './distrust-of.ts'
import { scanCiphers } from './scan-ciphers.ts'
import { chainOf, withTls } from './fetch-chain.ts'
import type { ReachableHost } from './reachable-host.ts'
import type { ScanResult } from './scan-result.ts'

export interface Scanner {
  readonly description: string
  /** Rejects for what cannot be scanned: grade Bad, with the reason. */
  readonly scan: (host: ReachableHost, now: Date) => Promise<ScanResult>
}

export interface Family {
  readonly description: string
  readonly scanners: Readonly<Record<string, Scanner>>
}

const SOON = days(30)
const DIAL_WITHIN = 5000

const dial = ({ address, port }: ReachableHost): Promise<ScanResult> =>
  new Promise((resolve, reject) => {
    const socket = connectTcp({ host: address, port, timeout: DIAL_WITHIN })
    socket.once('connect', () => {
      socket.destroy()
      resolve({ grade: 'Good' })
    })
    socket.once('timeout', () => socket.destroy(new Error('i/o timeout')))
    socket.once('error', reject)
  })

/** Those of cfssl's scans that this program really makes, under cfssl's names. */
export const SCAN_FAMILIES: Readonly<Record<string, Family>> = {
  Connectivity: {
    description: 'Scans for basic connectivity with the host through DNS and TCP/TLS dials',
    scanners: {
      DNSLookup: {
        description: 'Host can be resolved through DNS',
        scan: ({ address }) => Promise.resolve({ grade: 'Good', output: [address] }),
      },
      TCPDial: { description: 'Host accepts TCP connection', scan: dial },
      TLSDial: {
        description: 'Host can perform TLS handshake',
        scan: (host) => withTls(host, {}, () => ({ grade: 'Good' as const })),
      },
    },
  },
  PKI: {
    description: 'Scans for the Public Key Infrastructure',
    scanners: {
      ChainExpiration: {
        description: "Host's chain hasn't expired and won't expire in the next 30 days",
        scan: (host, now) =>
          withTls(host, {}, (socket) => {
            const ends = chainOf(socket).map(({ validity }) => validity.notAfter.getTime())
            const first = Math.min(...ends)
            const left = first - now.getTime()
            const grade = left <= 0 ? 'Bad' : left < SOON ? 'Warning' : 'Good'
            return { grade, output: goTime(new Date(first)) }
          }),
      },
      ChainValidation: {
        description: "All certificates in host's chain are valid",
        scan: (host) =>
          withTls(host, { ca: [...rootCertificates] }, (socket) => {
            const reason = distrustOf(socket)
            return reason === undefined ? { grade: 'Good' } : { grade: 'Bad', output: reason }
          }),
      },
    },
  },
  TLSHandshake: {
    description: "Scans for host's SSL/TLS version and cipher suite negotiation",
    scanners: {
      CipherSuite: {
        description: "Determines host's cipher suites accepted and preferred order",
        scan: scanCiphers,
      },
    },
  },
}
