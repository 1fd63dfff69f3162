/** The folders of packages/shared/src, in order: each may import only those before it. */
export const SHARED_FOLDERS = [
  'errors',
  'time',
  'encoding',
  'merkle-log',
  'cluster',
  'asn1',
  'key',
  'x509',
  'revocation',
  'profile',
  'layout',
  'ticket',
  'issuance-log',
  'trust',
  'issuance',
  'renewal',
  'restart-lease',
  'certificate-spec',
  'node-report',
  'kubernetes',
  'api',
  'config',
  'legacy-certmgr',
] as const

type SharedFolder = (typeof SHARED_FOLDERS)[number]

const WITH_CRYPTO: readonly SharedFolder[] = [
  'encoding',
  'merkle-log',
  'asn1',
  'key',
  'x509',
  'revocation',
  'ticket',
  'issuance-log',
  'trust',
]
const WITH_YAML: readonly SharedFolder[] = ['kubernetes', 'config']

/** A part of the house and what its files may import: folders of the house, or outside names. */
export interface Layer {
  readonly folder: string
  /** `node:*` stands for every module of Node, `*` for every package that is installed. */
  readonly mayImport: readonly string[]
}

const shared = (folder: SharedFolder, index: number): Layer => ({
  folder: `packages/shared/src/${folder}`,
  mayImport: [
    ...SHARED_FOLDERS.slice(0, index + 1).map((earlier) => `packages/shared/src/${earlier}`),
    'valibot',
    'ipaddr.js',
    ...(WITH_CRYPTO.includes(folder) ? ['node:crypto'] : []),
    // For promisify: keys are made on a thread of their own.
    ...(folder === 'key' ? ['node:util'] : []),
    ...(WITH_YAML.includes(folder) ? ['yaml'] : []),
  ],
})

const app = (name: string): Layer => ({
  folder: `apps/${name}/src`,
  mayImport: [`apps/${name}/src`, 'packages', 'node:*', '*'],
})

/** Every source file is in one of these; where two fit, the longer name counts. */
export const LAYERS: readonly Layer[] = [
  ...SHARED_FOLDERS.map(shared),
  {
    folder: 'packages/units/src',
    mayImport: ['packages/units', 'packages/shared', 'valibot', 'ipaddr.js', 'yaml'],
  },
  // HMAC and digests are computed; nothing is drawn, read or timed.
  {
    folder: 'packages/cfssl/src',
    mayImport: ['packages/cfssl', 'packages/shared', 'node:crypto', 'ipaddr.js'],
  },
  {
    folder: 'packages/adapters/src',
    mayImport: [
      'packages/adapters',
      'packages/shared',
      'node:*',
      'valibot',
      'cli-table3',
      'commander',
      'prom-client',
      'tar-stream',
      'yaml',
    ],
  },
  // The one command that two programs have alike.
  {
    folder: 'packages/adapters/src/units-command',
    mayImport: ['packages/adapters', 'packages/shared', 'packages/units', 'node:*', 'commander'],
  },
  app('ca-server'),
  // The CA's use cases know their ports and nothing that implements them.
  {
    folder: 'apps/ca-server/src/authority',
    mayImport: ['apps/ca-server/src/authority', 'packages/shared', 'packages/cfssl'],
  },
  app('certmgr'),
  app('node-join'),
  app('demo'),
]

/** An outside name that one folder alone may import, so that it can be replaced there. */
export const DOORS: readonly { readonly door: string; readonly keeper: string }[] = [
  { door: 'better-sqlite3', keeper: 'apps/ca-server/src/store/sqlite' },
  { door: 'pkcs11js', keeper: 'apps/ca-server/src/key-store/pkcs11' },
  { door: 'age-encryption', keeper: 'apps/ca-server/src/backup' },
  { door: 'tar-stream', keeper: 'packages/adapters/src/tar' },
  { door: 'fastify', keeper: 'apps/ca-server/src/http' },
  { door: 'rate-limiter-flexible', keeper: 'apps/ca-server/src/http/limits' },
  { door: 'prom-client', keeper: 'packages/adapters/src/metrics' },
  { door: '@valibot/to-json-schema', keeper: 'apps/ca-server/src/openapi' },
  { door: '@peculiar/x509', keeper: 'apps/ca-server/src/issuer-ceremony' },
  { door: '@peculiar/webcrypto', keeper: 'apps/ca-server/src/issuer-ceremony' },
  { door: 'reflect-metadata', keeper: 'apps/ca-server/src/issuer-ceremony' },
]

/** No I/O, no clock, no randomness, no process: the same arguments give the same answer. */
export const PURE_FOLDERS = [
  'packages/shared/src',
  'packages/units/src',
  'packages/cfssl/src',
] as const

/** The files of the apps that may touch the process they run in. */
export const COMPOSITION_ROOT = /^apps\/[a-z-]+\/src\/main\.ts$/

/** What the programs stand on; each is there because shipped code uses it. */
export const REQUIRED_PACKAGES = [
  '@peculiar/x509',
  '@peculiar/webcrypto',
  'fastify',
  'better-sqlite3',
  'commander',
] as const
