import { join } from 'node:path'

/** One member by itself: where it listens, and where its files are. */
export interface EtcdPlace {
  readonly folder: string
  readonly clientPort: number
  readonly peerPort: number
  readonly certificate: string
  readonly key: string
  /** The CAs of those whom it serves. */
  readonly clientCa: string
}

export const etcdArguments = (place: EtcdPlace): string[] => {
  const client = `https://127.0.0.1:${place.clientPort}`
  return [
    ...['--data-dir', join(place.folder, 'etcd-data')],
    ...['--listen-peer-urls', `http://127.0.0.1:${place.peerPort}`],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--cert-file', place.certificate, '--key-file', place.key],
    ...['--client-cert-auth', '--trusted-ca-file', place.clientCa],
  ]
}
