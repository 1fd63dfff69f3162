import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { type CaServerProcess, makeFolder, startCaServer } from '../../support/ca-server-process.ts'
import { filesOf } from '../../support/file-tree.ts'
import { runNodeJoin } from '../../support/run-node-join.ts'

const folder = makeFolder()
const cluster = join(folder, 'cluster.yaml')

interface CaSettings {
  readonly cluster: {
    readonly name: string
    readonly domain: string
    readonly serviceCidr: string
    readonly podCidr: string
    readonly apiserver: string
    readonly kubernetesVersion: string
  }
}

/** A description that says of the cluster what the CA's own settings say. */
const describedLike = ({ cluster: settings }: CaSettings): object => {
  const { hostname, port } = new URL(settings.apiserver)
  return {
    name: settings.name,
    domain: settings.domain,
    kubernetesVersion: settings.kubernetesVersion,
    masterAddress: hostname,
    apiserverPort: Number(port || 443),
    networks: { services: settings.serviceCidr, pods: settings.podCidr },
    nodes: [
      { name: 'master-1', roles: ['master'], addresses: ['10.1.0.1'] },
      { name: 'worker-1', roles: ['node'], addresses: ['10.1.0.11'], labels: { disk: 'ssd' } },
      { name: 'worker-2', roles: ['node'], addresses: ['10.1.0.12'] },
    ],
    proxyMode: 'ipvs',
    programs: {
      node: '/opt/node',
      certmgr: '/opt/certmgr',
      caServer: '/opt/ca-server',
      kubernetesBinDirectory: '/opt/kubernetes',
    },
  }
}

let ca: CaServerProcess
let root: string
beforeAll(async () => {
  ca = await startCaServer({
    editConfig: (given) => {
      const text = given.replace(/^( +apiserver:).*$/m, '$1 https://10.1.0.1:6443')
      writeFileSync(cluster, stringify(describedLike(parse(text) as CaSettings)))
      return text.replace(/^cluster:\n/m, `cluster:\n  description: ${cluster}\n`)
    },
  })
  root = join(folder, 'root')
  await joined('worker-1', root, '--address', '10.1.0.11')
}, 60_000)
afterAll(async () => {
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const ticketFor = async (node: string, ...more: string[]): Promise<string> => {
  const words = ['ticket', 'create', '--node', node, '--role', 'worker', ...more]
  const { stdout, stderr } = await ca.ca(words)
  expect(stderr).toBe('')
  return (JSON.parse(stdout) as { ticket: string }).ticket
}

const joined = async (node: string, to: string, ...more: string[]): Promise<void> => {
  writeFileSync(join(folder, `ticket-${node}`), await ticketFor(node, ...more))
  mkdirSync(to)
  const result = await runNodeJoin(['--root', to], ticketOf(node))
  expect(result.exitCode, result.stderr).toBe(0)
}

const ticketOf = (node: string): string => readFileSync(join(folder, `ticket-${node}`), 'utf8')

describe('a node that joins a cluster which is described', () => {
  it('gets exactly the files that units makes of the description', async () => {
    const out = join(folder, 'out')
    const words = ['units', '--cluster', cluster, '--node', 'worker-1', '--out', out]
    const { exitCode, stderr } = await runNodeJoin(words)
    expect(exitCode, stderr).toBe(0)
    const files = filesOf(out).map((path) => path.slice(out.length))
    expect(files.length).toBeGreaterThan(10)
    for (const path of files)
      expect(readFileSync(join(root, path), 'utf8'), path).toBe(
        readFileSync(join(out, path), 'utf8'),
      )
    expect(readFileSync(join(root, 'var/lib/kube-proxy/config.yaml'), 'utf8')).toContain(
      'mode: ipvs',
    )
  })

  it('has nothing to install, and prints the same, without the file', async () => {
    const diff = await runNodeJoin([
      '--root',
      root,
      'units',
      '--cluster',
      cluster,
      '--node',
      'worker-1',
      '--diff',
    ])
    expect(diff).toMatchObject({ exitCode: 0, stdout: '' })
    const own = await runNodeJoin(['--root', root, 'units'])
    expect(own.stdout).toContain('mode: ipvs')
  })

  it('is warned of an address that its ticket does not have', async () => {
    const plan = await runNodeJoin(['--root', folder, 'plan'], await ticketFor('worker-2'))
    expect(plan.exitCode, plan.stderr).toBe(0)
    expect(plan.stderr).toContain('10.1.0.12 of worker-2 is in the description')
    expect(plan.stdout).toContain('/etc/systemd/system/kubelet.service')
  })

  it('is shown by a plan after it', async () => {
    const plan = await runNodeJoin(['--root', root, 'plan'], ticketOf('worker-1'))
    expect(plan.stdout, plan.stderr).toContain('A join would change nothing.')
  })

  it('keeps no part of the other workers', () => {
    const record = readFileSync(join(root, 'var/lib/easycerts/identity/node.json'), 'utf8')
    expect(record).toContain('master-1')
    expect(record).not.toContain('worker-2')
  })

  it('gets the defaults of its role where the description does not have it', async () => {
    const other = join(folder, 'other')
    await joined('worker-9', other, '--address', '10.1.0.19')
    const unit = readFileSync(join(other, 'etc/systemd/system/kubelet.service'), 'utf8')
    expect(unit).toContain('/opt/kubernetes/kubelet')
    expect(unit).toContain('--hostname-override=worker-9')
    expect(unit).toContain('--node-ip=10.1.0.19')
  })
})

describe('a description that changes while ca-server runs', () => {
  const joinedMode = async (node: string): Promise<string> => {
    const to = join(folder, node)
    await joined(node, to, '--address', '10.1.0.30')
    return readFileSync(join(to, 'var/lib/kube-proxy/config.yaml'), 'utf8')
  }
  const changed = (more: object): void => {
    const now = parse(readFileSync(cluster, 'utf8')) as object
    writeFileSync(cluster, stringify({ ...now, ...more }))
  }

  it('is told to those who join after a reload, and the last good one where it is broken', async () => {
    const good = readFileSync(cluster, 'utf8')
    changed({ proxyMode: 'iptables' })
    const reload = await ca.ca(['config', 'reload'])
    expect(JSON.parse(reload.stdout)).toMatchObject({
      changed: ['cluster.description'],
      needsRestart: [],
    })
    expect(await joinedMode('worker-20')).toContain('mode: iptables')

    changed({ proxyMode: 'magic', domain: 'other.local' })
    const refused = await ca.ca(['config', 'reload'])
    expect(refused).toMatchObject({ code: 'ERR_CONFIG_INVALID' })
    expect(ca.log()).toContain('cluster.yaml')
    expect(ca.log()).toContain('the old one stays in force')
    expect(await joinedMode('worker-21')).toContain('mode: iptables')
    writeFileSync(cluster, good)
  })

  it('is kept where the CA would serve another cluster after its next start only', async () => {
    const [good, settings] = [readFileSync(cluster, 'utf8'), join(ca.directory, 'ca-server.yaml')]
    const config = readFileSync(settings, 'utf8')
    changed({ domain: 'other.local', proxyMode: 'ipvs' })
    writeFileSync(settings, config.replace('domain: cluster.local', 'domain: other.local'))
    const { stdout } = await ca.ca(['config', 'reload'])
    expect(JSON.parse(stdout)).toMatchObject({ needsRestart: ['cluster.domain'] })
    expect(await joinedMode('worker-22')).toContain('mode: iptables')
    writeFileSync(cluster, good)
    writeFileSync(settings, config)
    expect((await ca.ca(['config', 'reload'])).exitCode).toBe(0)
  })

  it('makes no worker of a master', async () => {
    const ticket = await ticketFor('master-1', '--address', '10.1.0.40')
    const to = join(folder, 'wrong-role')
    mkdirSync(to)
    const result = await runNodeJoin(['--root', to, '--output', 'json'], ticket)
    expect(result.exitCode).toBe(78)
    expect(result.stderr).toContain(
      'master-1 is a master in the description of the CA, and a worker by its ticket',
    )
  })
})

describe('ca-server init for nodes of an old release', () => {
  const init = (name: string, ...more: string[]) => {
    const [directory, file] = [join(folder, name), join(folder, 'old.yaml')]
    const nodes = [{ name: 'master-1', roles: ['master'], addresses: ['192.0.2.1'] }]
    const old = { flavour: 'nixos', kubernetesVersion: '1.9', name: 'old', nodes }
    writeFileSync(file, stringify({ ...old, masterAddress: '192.0.2.1' }))
    const words = ['--name', 'old', '--kubernetes-version', '1.9', '--pod-cidr', '10.1.0.0/16']
    words.push('--apiserver', 'https://192.0.2.1:6443', ...more)
    return ca.ca(['--data-directory', directory, 'init', '--insecure-plaintext-keys', ...words])
  }

  it('needs a description, and one that agrees with the rest', async () => {
    const file = join(folder, 'old.yaml')
    expect((await init('old-1')).stderr).toContain('needs a description of the cluster')
    const other = await init('old-2', '--description', file)
    expect(other.stderr).toContain('serviceCidr 10.0.0.0/24')
    expect(existsSync(join(folder, 'old-2'))).toBe(false)
    const words = ['--service-cidr', '10.0.0.0/24', '--description', file]
    const made = await init('old-3', ...words)
    expect(made.exitCode, made.stderr).toBe(0)
    const settings = readFileSync(join(folder, 'old-3', 'ca-server.yaml'), 'utf8')
    expect(settings).toContain(`description: ${file}`)
  })
})

describe('ca-server config check', () => {
  const checked = async (description: object) => {
    const [file, text] = [join(folder, 'bad.yaml'), readFileSync(cluster, 'utf8')]
    writeFileSync(file, stringify({ ...(parse(text) as object), ...description }))
    const config = readFileSync(join(ca.directory, 'ca-server.yaml'), 'utf8')
    const edited = join(folder, 'ca-server.yaml')
    writeFileSync(edited, config.replace(cluster, file))
    return ca.ca(['config', 'check', '--file', edited])
  }

  it('names what the description and the settings of the CA say differently', async () => {
    const { code, stdout } = await checked({
      domain: 'other.local',
      networks: { pods: '10.9.0.0/16' },
    })
    expect(code).toBe('ERR_CONFIG_INVALID')
    expect(stdout).toContain('domain other.local')
    expect(stdout).toContain('podCidr 10.9.0.0/16')
  })

  it('names the faults of the description itself', async () => {
    const { code, stdout } = await checked({ colour: 'red' })
    expect(code).toBe('ERR_CONFIG_INVALID')
    expect(stdout).toMatch(/bad\.yaml:\d+:1: colour/)
  })
})
