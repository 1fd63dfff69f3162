import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKubeadmMaster } from '../../support/adoption/kubeadm-master.ts'
import { makeFolder } from '../../support/ca-server-process.ts'
import { type InProcessResult, runInProcess } from '../../support/run-in-process.ts'
import { stateOfTree } from '../../support/units/state-of-tree.ts'

interface ShownPlan {
  readonly configuration: {
    readonly addresses: readonly string[]
    readonly cluster: { readonly apiserver: string }
    readonly legacy?: object
  }
  readonly things: readonly { readonly thing: string; readonly becomes: string }[]
  readonly warnings: readonly string[]
}

let root = ''
const at = (path: string): string => join(root, path)
const DATA = 'var/lib/easycerts-ca'
/** A service manager to which nothing happens. */
const SYSTEMCTL = 'bin/systemctl'

beforeAll(() => {
  root = makeFolder()
  makeKubeadmMaster(root)
  mkdirSync(at('bin'))
  mkdirSync(at('etc/systemd/system'), { recursive: true })
  writeFileSync(at(SYSTEMCTL), `#!/bin/sh\necho "$@" >> ${at('calls')}\n[ "$1" != is-active ]\n`)
  chmodSync(at(SYSTEMCTL), 0o755)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const run = (...words: string[]): Promise<InProcessResult> =>
  runInProcess([
    ...['--output', 'json', '--data-directory', at(DATA), 'import', 'kubeadm', '--root', root],
    ...['--systemctl', at(SYSTEMCTL), '--insecure-plaintext-keys', ...words],
  ])
const planned = async (...words: string[]): Promise<ShownPlan> => {
  const { exitCode, stdout, stderr } = await run('--dry-run', ...words)
  expect(exitCode, stderr).toBe(0)
  return JSON.parse(stdout) as ShownPlan
}
const state = () => stateOfTree(root, ['calls', DATA, 'var'])

describe('import kubeadm', () => {
  it('takes each CA over for its own purpose, and reaches the cluster where admin.conf does', async () => {
    const { configuration, things } = await planned()
    expect(
      things
        .filter(({ thing }) => thing.startsWith('CA '))
        .map(({ becomes }) => becomes.replace(/,.*/, '')),
    ).toEqual(['issuer of cluster', 'issuer of etcd', 'issuer of front-proxy'])
    expect(configuration.addresses).toEqual(['192.0.2.10'])
    expect(configuration.cluster.apiserver).toBe('https://192.0.2.10:6443')
    expect(configuration.legacy).toBeUndefined()
  })

  it('keeps certificates and the shared key of tokens, and names the second signer', async () => {
    const { things, warnings } = await planned()
    expect(things.map(({ thing }) => thing)).toContain('service-account key')
    expect(things.map(({ thing }) => thing)).toContain('certificate of CN=kube-apiserver')
    expect(warnings.join('\n')).toMatch(
      /kube-controller-manager signs requests with the key of the CA too/,
    )
  })

  it('tells every fault at once: a foreign key, and a range that is not the services’', async () => {
    const key = readFileSync(at('etc/kubernetes/pki/etcd/ca.key'))
    writeFileSync(
      at('etc/kubernetes/pki/etcd/ca.key'),
      readFileSync(at('etc/kubernetes/pki/ca.key')),
    )
    const { exitCode, stderr } = await run('--dry-run', '--service-cidr', '10.0.0.0/24')
    writeFileSync(at('etc/kubernetes/pki/etcd/ca.key'), key)
    expect(exitCode).toBe(78)
    expect(stderr).toMatch(/etcd\/ca\.key is not the key of/)
    expect(stderr).toMatch(/not for 10\.0\.0\.1/)
  })

  it('gives an etcd elsewhere a CA of its own, and says so', async () => {
    const key = at('etc/kubernetes/pki/etcd/ca.key')
    renameSync(key, `${key}.away`)
    const { things, warnings } = await planned()
    renameSync(`${key}.away`, key)
    expect(things.map(({ becomes }) => becomes).join('\n')).not.toMatch(/issuer of etcd/)
    expect(warnings.join('\n')).toMatch(/etcd\/ca\.key is not here/)
  })

  it('adds a CA and a unit beside it all, says so when it is done twice, and takes both away again', async () => {
    const before = state()
    const done = await run()
    expect(done.exitCode, done.stderr).toBe(0)
    expect(existsSync(at('etc/systemd/system/ca-server.service'))).toBe(true)
    expect((await run()).code).toBe('ERR_ALREADY_INITIALISED')
    const undone = await run('--undo')
    expect(undone.exitCode, undone.stderr).toBe(0)
    expect(state()).toEqual(before)
    expect(readdirSync(at('var/lib')).filter((name) => name.includes('.undone-'))).toHaveLength(1)
    expect((await run('--undo')).code).toBe('ERR_NOTHING_INSTALLED')
    expect((await run()).exitCode).toBe(0)
  })

  it('keeps the CA byte for byte', async () => {
    const { openSqliteReading } =
      await import('../../../apps/ca-server/src/store/sqlite/open-reading.ts')
    const { reading, close } = openSqliteReading(at(`${DATA}/easycerts.db`))
    const rows = await reading.listIssuers()
    close()
    const pem = readFileSync(at('etc/kubernetes/pki/ca.crt'), 'utf8').replace(
      /-----.*-----|\n/g,
      '',
    )
    expect(rows.find(({ purpose }) => purpose === 'cluster')?.certificate.toString('base64')).toBe(
      pem,
    )
  })
})
