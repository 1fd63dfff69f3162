import { createPublicKey, X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { NODE_CERTIFICATES, NODE_PATHS, PKI } from '@easycerts/shared/layout'
import { parse } from 'yaml'

const filesBelow = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : []

const isTemporary = (path: string): boolean => path.includes('.easycerts-')

/** What is torn in a node's root: a PEM file without its end, a YAML file that does not parse. */
export const tornFiles = (root: string): string[] =>
  filesBelow(root)
    .filter((path) => !isTemporary(path))
    .filter((path) => {
      const text = readFileSync(path, 'utf8')
      if (/\.(crt|key|pem|pub)$/.test(path)) return decodePemBlocks(text).length === 0
      if (
        /\.(yaml|conf|kubeconfig|json)$/.test(path) &&
        !/(sysctl|sysusers|tmpfiles)\.d/.test(path)
      )
        return parse(text) === null
      // A request to renew is its name alone.
      return text.length === 0 && !path.includes('/certmgr/renew/')
    })

/** Private keys that somebody but their owner may read, half-written ones included. */
export const openSecrets = (root: string): string[] =>
  filesBelow(root)
    .filter((path) => readFileSync(path, 'latin1').includes('PRIVATE KEY'))
    .filter((path) => (statSync(path).mode & 0o077) !== 0)

export const leftovers = (root: string): string[] => filesBelow(root).filter(isTemporary)

/** Every certificate in a node's root that the CA issued to it, CAs aside. */
export const certificatesOf = (root: string): { path: string; certificate: X509Certificate }[] =>
  [
    ...filesBelow(join(root, PKI)).filter(
      (path) => path.endsWith('.crt') && !path.endsWith('-ca.crt'),
    ),
    ...filesBelow(join(root, NODE_PATHS.identityDirectory)).filter((path) =>
      /(current|pending)\.pem$/.test(path),
    ),
  ].flatMap((path) =>
    decodePemBlocks(readFileSync(path, 'utf8'))
      .filter(({ label }) => label === 'CERTIFICATE')
      .map(({ der }) => ({ path, certificate: new X509Certificate(der) })),
  )

/** Pairs whose key is not the certificate's. */
export const mismatchedPairs = (root: string): string[] =>
  NODE_CERTIFICATES.filter(({ certificate }) => existsSync(join(root, certificate)))
    .filter(({ certificate, key }) => {
      const leaf = new X509Certificate(readFileSync(join(root, certificate)))
      const own = createPublicKey(readFileSync(join(root, key)))
      return !own.equals(leaf.publicKey)
    })
    .map(({ profile }) => profile)
