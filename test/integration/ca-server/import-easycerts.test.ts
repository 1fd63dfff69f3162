import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  makeEasyCertsMaster,
  SIGNING_CONFIG,
  TOKEN,
} from '../../support/adoption/easycerts-master.ts'
import { makeFolder } from '../../support/ca-server-process.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { type InProcessResult, runInProcess } from '../../support/run-in-process.ts'
import { stateOfTree } from '../../support/units/state-of-tree.ts'

interface ShownPlan {
  readonly configuration: {
    readonly addresses: readonly string[]
    readonly cluster: { readonly apiserver: string }
    readonly legacy: {
      readonly port: number
      readonly tls: object
      readonly keys: {
        readonly default: readonly {
          readonly subjects: string | readonly { readonly commonName: string }[]
          readonly networks?: readonly string[]
          readonly controlPlaneNames?: boolean
          readonly until?: string
        }[]
      }
    }
  }
  readonly warnings: readonly string[]
  readonly writes: readonly string[]
}

describeWith('cfssl', 'import easycerts --dry-run', () => {
  let root = ''
  const at = (path: string): string => join(root, path)
  beforeAll(() => {
    root = makeFolder()
    makeEasyCertsMaster(root)
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const look = (...words: string[]): Promise<InProcessResult> =>
    runInProcess([
      ...['--output', 'json', '--data-directory', at('var/lib/easycerts-ca')],
      ...[
        'import',
        'easycerts',
        '--root',
        root,
        '--dry-run',
        '--insecure-plaintext-keys',
        ...words,
      ],
    ])
  const planOf = async (...words: string[]): Promise<ShownPlan> => {
    const { exitCode, stdout, stderr } = await look(...words)
    expect(exitCode, stderr).toBe(0)
    return JSON.parse(stdout) as ShownPlan
  }
  /** With a file in another state, which is put right again. */
  const withFile = async (path: string, content: string | undefined, work: () => Promise<void>) => {
    const before = readFileSync(at(path))
    rmSync(at(path))
    if (content !== undefined) writeFileSync(at(path), content)
    try {
      await work()
    } finally {
      rmSync(at(path), { force: true })
      writeFileSync(at(path), before, { mode: 0o600 })
    }
  }

  it('finds everything by the command lines of the two services', async () => {
    const { configuration, writes } = await planOf()
    expect(configuration.addresses).toEqual(['localhost', '127.0.0.1'])
    expect(configuration.cluster.apiserver).toBe('https://localhost:6443')
    expect(configuration.legacy.port).toBe(8888)
    expect(writes).toEqual([
      at('etc/systemd/system/ca-server.service'),
      at('etc/systemd/system/cfssl.service.d/easycerts-adoption.conf'),
    ])
  })

  it('gives the shared key the subjects of workers, and no more from elsewhere than the master', async () => {
    const [nodes, master, ...more] = (await planOf()).configuration.legacy.keys.default
    expect(nodes).toEqual({ profiles: ['default'], subjects: 'nodes' })
    expect(master?.controlPlaneNames).toBe(true)
    expect(master?.networks).toContain('127.0.0.0/8')
    expect(master?.networks).not.toContain('0.0.0.0/0')
    expect(more).toEqual([])
  })

  it('lists the subjects of the master’s specs, and never those of system:masters', async () => {
    const [, master] = (await planOf()).configuration.legacy.keys.default
    const names = ((master?.subjects ?? []) as { commonName: string }[]).map(
      ({ commonName }) => commonName,
    )
    expect(names).toHaveLength(14)
    expect(names).toContain('kubernetes')
    expect(names).not.toContain('cluster-admin')
  })

  it('ends the master’s row after 30 days, and leaves it out where the master joins at once', async () => {
    const [, master] = (await planOf()).configuration.legacy.keys.default
    const days = (Date.parse(master?.until ?? '') - Date.now()) / 86_400_000
    expect(days).toBeCloseTo(30, 1)
    const rows = (await planOf('--master-days', '0')).configuration.legacy.keys.default
    expect(rows).toHaveLength(1)
  })

  it('warns of what will not be renewed, and of the row that it makes', async () => {
    const { warnings } = await planOf()
    expect(warnings.join('\n')).toMatch(/clusterAdmin\.json: system:masters is never certified/)
    expect(warnings.join('\n')).toMatch(/addresses of this machine until/)
  })

  it('changes nothing, and shows neither the token nor a key', async () => {
    const before = stateOfTree(root, [])
    const { stdout, stderr } = await look()
    expect(stateOfTree(root, [])).toEqual(before)
    expect(stdout + stderr).not.toContain(TOKEN)
    expect(stdout + stderr).not.toContain('PRIVATE KEY')
  })

  it('tells every fault at once', async () => {
    mkdirSync(at('other'), { recursive: true })
    writeFileSync(at('other/token'), 'not hexadecimal\n')
    const config = JSON.parse(readFileSync(at(SIGNING_CONFIG), 'utf8')) as {
      auth_keys: { default: { key: string } }
    }
    config.auth_keys.default.key = 'file:/other/token'
    writeFileSync(at('other/config.json'), JSON.stringify(config))
    await withFile(
      'var/lib/cfssl/ca-key.pem',
      readFileSync(at('var/lib/cfssl/cfssl-key.pem'), 'utf8'),
      async () => {
        const { exitCode, stderr, code } = await look(
          '--signing-config',
          '/other/config.json',
          '--service-cidr',
          '10.96.0.0/12',
        )
        expect([exitCode, code]).toEqual([78, 'ERR_CONFIG_INVALID'])
        expect(stderr).toMatch(/ca-key\.pem is not the key of/)
        expect(stderr).toMatch(/other\/token: holds no hexadecimal key/)
        expect(stderr).toMatch(/not certified for 10\.96\.0\.1/)
        expect(stderr).not.toContain('not hexadecimal')
      },
    )
  })

  it.each(['var/lib/cfssl/ca.pem', 'var/lib/cfssl/apitoken.secret', 'var/lib/cfssl/cfssl-key.pem'])(
    'refuses a master without %s',
    async (path) => {
      await withFile(path, undefined, async () => {
        const { exitCode, stderr } = await look()
        expect(exitCode).toBe(78)
        expect(stderr).toContain(path)
      })
    },
  )

  it('warns of a key that others may have read', async () => {
    chmodSync(at('var/lib/cfssl/ca-key.pem'), 0o644)
    const { warnings } = await planOf()
    chmodSync(at('var/lib/cfssl/ca-key.pem'), 0o600)
    expect(warnings.join('\n')).toMatch(/ca-key\.pem has mode 0644/)
  })

  it('warns of a profile that cfssl signs for everybody', async () => {
    const config = JSON.parse(readFileSync(at(SIGNING_CONFIG), 'utf8')) as {
      signing: { profiles: Record<string, object> }
    }
    config.signing.profiles['open'] = { usages: ['signing'], expiry: '1h' }
    writeFileSync(at('open.json'), JSON.stringify(config))
    const { warnings } = await planOf('--signing-config', '/open.json')
    expect(warnings.join('\n')).toMatch(/profile "open" has no auth_key/)
  })

  it('refuses to do it below another root, whose services are not here', async () => {
    const { code } = await runInProcess([
      ...['--output', 'json', '--data-directory', at('var/lib/easycerts-ca')],
      ...['import', 'easycerts', '--root', root, '--insecure-plaintext-keys'],
    ])
    expect(code).toBe('ERR_USAGE')
  })
})
