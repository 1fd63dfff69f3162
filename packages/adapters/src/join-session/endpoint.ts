import { type Host, parseHost, urlHost } from '@easycerts/shared/cluster'

/** Where a join listener is, as a ticket names it. */
export interface Endpoint {
  readonly url: string
  readonly host: Host
  readonly port: number
}

const HTTPS_PORT = 443

/** ERR_NAME_INVALID if the host has no canonical spelling. */
export const parseEndpoint = (url: string): Endpoint => {
  const { hostname, port } = new URL(url)
  return {
    url,
    host: parseHost(hostname.replace(/^\[|\]$/g, '')),
    port: port === '' ? HTTPS_PORT : Number(port),
  }
}

/** RFC 9112 §3.2: the Host header. */
export const authorityOf = ({ host, port }: Endpoint): string => `${urlHost(host)}:${port}`
