import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../../support/e2e/run-program.ts'
import { filesOf } from '../../support/file-tree.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { type NodeJoinResult, runNodeJoin } from '../../support/run-node-join.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { builtFor, describedYaml } from '../../support/units/described-cluster.ts'
import { stateOfTree } from '../../support/units/state-of-tree.ts'

const KUBELET = 'etc/systemd/system/kubelet.service'

interface Workshop {
  readonly root: string
  readonly cluster: string
  readonly units: (...args: string[]) => Promise<NodeJoinResult>
}

/** By its command line, without the half second of a new process. */
const runUnits = (args: readonly string[]): Promise<NodeJoinResult> =>
  runNodeJoin(['units', ...args])

/** An empty machine and a description; commands are about its worker. */
const workshop = (more: object = {}): Workshop => {
  const folder = temporaryFolder()
  const [root, cluster] = [join(folder, 'root'), join(folder, 'cluster.yaml')]
  mkdirSync(root)
  writeFileSync(cluster, describedYaml(more))
  const given = ['--cluster', cluster, '--node', 'worker-1', '--root', root]
  return { root, cluster, units: (...args) => runUnits([...given, ...args]) }
}

const put = (root: string, path: string, content: string, mode = 0o644): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
  chmodSync(join(root, path), mode)
}

const ok = <Result extends { exitCode: number | null; stdout: string; stderr: string }>(
  result: Result,
): Result => {
  expect(result.exitCode, result.stderr + result.stdout).toBe(0)
  return result
}

describe.each(['ca-server', 'node-join'] as const)('%s units', (app) => {
  it('prints what the description makes of a node, the same in both programs', async () => {
    const { cluster } = workshop()
    const args = ['units', '--cluster', cluster, '--node', 'worker-1']
    const { stdout, stderr } = ok(await runProgram(app, args))
    const { stack } = builtFor('worker-1')
    expect(stderr).toBe('')
    expect(stdout).toBe(
      stack.files.map(({ path, content }) => `# ==> ${path}\n${content}`).join('\n'),
    )
  })
})

describe('a directory and an archive', () => {
  it('hold each node below its name, with the same octets', async () => {
    const { root, cluster } = workshop()
    const [out, tar] = [join(root, 'out'), join(root, 'nodes.tar')]
    const all = (...args: string[]) => runUnits(['--cluster', cluster, ...args])
    ok(await all('--out', out))
    ok(await all('--tar', tar))
    const first = readFileSync(tar)
    ok(await all('--tar', tar))
    expect(readFileSync(tar).equals(first)).toBe(true)
    const unpacked = join(root, 'unpacked')
    mkdirSync(unpacked)
    expect(spawnSync('tar', ['-xpf', tar, '-C', unpacked]).status).toBe(0)
    expect(stateOfTree(unpacked)).toEqual(stateOfTree(out))
    expect(filesOf(join(out, 'worker-1'))).toContain(join(out, 'worker-1', KUBELET))
  })

  it('are warned of where they hold what is not of the description', async () => {
    const { root, units } = workshop()
    put(root, 'out/etc/systemd/system/old.service', '')
    const { stderr } = ok(await units('--out', join(root, 'out')))
    expect(stderr).toContain('etc/systemd/system/old.service')
  })
})

describe('what is refused', () => {
  it.each([
    ['two destinations', ['--diff', '--install'], 64, '--diff and --install exclude each other'],
    [
      'a node that is not described',
      ['--node', 'worker-9'],
      64,
      'its nodes are master-1, worker-1',
    ],
    [
      'a release that the flavour cannot run',
      ['--kubernetes-version', '1.9'],
      78,
      'modern cannot run 1.9',
    ],
    ['an undo of nothing', ['--undo'], 65, 'nothing to undo'],
    ['a flag that nobody has', ['--explain', 'etcd-server'], 64, 'is etcd-servers meant?'],
  ])('%s', async (_, args, exitCode, message) => {
    const { units, root } = workshop()
    const result = await units(...args)
    expect(result).toMatchObject({ exitCode, stdout: '' })
    expect(result.stderr).toContain(message)
    expect(filesOf(root)).toEqual([])
  })

  it('a contradiction, before anything is written', async () => {
    const { units, root } = workshop({ apiserverPort: 2379 })
    const result = await units('--node', 'master-1', '--install')
    expect(result).toMatchObject({ exitCode: 78, stdout: '' })
    expect(result.stderr).toContain('both listen on port 2379')
    expect(filesOf(root)).toEqual([])
  })
})

describeWith('systemctl', 'an installation', () => {
  it('is shown by --diff before, and by nothing after it', async () => {
    const { units, root } = workshop()
    const before = await units('--diff')
    expect(before.exitCode).toBe(1)
    expect(before.stdout).toContain(`+++ b/${KUBELET}`)
    ok(await units('--install'))
    const { stack } = builtFor('worker-1')
    for (const { path, content, mode } of stack.files) {
      expect(readFileSync(join(root, path), 'utf8')).toBe(content)
      expect(lstatSync(join(root, path)).mode & 0o7777).toBe(mode)
    }
    expect(ok(await units('--diff')).stdout).toBe('')
    const again = ok(await units('--install'))
    expect(again.stdout).toContain('everything is in place already')
  })

  it('changes nothing in a dry run', async () => {
    const { units, root } = workshop()
    const { stdout } = ok(await units('--install', '--dry-run'))
    expect(stdout).toContain('Nothing was changed.')
    expect(filesOf(root)).toEqual([])
  })

  it('is undone to the last octet, mode, link and absence', async () => {
    const { units, root } = workshop()
    put(
      root,
      KUBELET,
      '[Service]\nExecStart=/opt/kubelet\n[Install]\nWantedBy=basic.target\n',
      0o600,
    )
    put(root, 'var/lib/kubelet/config.yaml', Buffer.from([0xff, 0, 1]).toString('latin1'))
    mkdirSync(join(root, 'etc/systemd/system/basic.target.wants'))
    symlinkSync(`/${KUBELET}`, join(root, 'etc/systemd/system/basic.target.wants/kubelet.service'))
    const before = stateOfTree(root)
    ok(await units('--install'))
    expect(stateOfTree(root)).not.toEqual(before)
    expect(
      readlinkSync(join(root, 'etc/systemd/system/multi-user.target.wants/kubernetes.target')),
    ).toBe('/etc/systemd/system/kubernetes.target')
    ok(await units('--undo', '--dry-run'))
    ok(await units('--undo'))
    expect(stateOfTree(root)).toEqual(before)
  })

  it('of a later description takes away what is gone, and each undo goes one back', async () => {
    const { units, cluster, root } = workshop()
    ok(await units('--install'))
    const first = stateOfTree(root)
    writeFileSync(cluster, describedYaml({ kubernetesVersion: '1.33', domain: 'other.local' }))
    ok(await units('--install'))
    const second = stateOfTree(root)
    expect(second).not.toEqual(first)
    ok(await units('--undo'))
    expect(stateOfTree(root, ['var/lib/easycerts'])).toEqual(without(first, 'var/lib/easycerts'))
    ok(await units('--undo'))
    expect(filesOf(root)).toEqual([])
  })

  it('names what a person changed, and overwrites it only by force, from where undo brings it back', async () => {
    const { units, root } = workshop()
    ok(await units('--install'))
    const mine = '[Service]\nExecStart=/opt/mine\n'
    put(root, KUBELET, mine)
    const refused = await units('--install')
    expect(refused).toMatchObject({ exitCode: 65, stdout: '' })
    expect(refused.stderr).toContain(`/${KUBELET}`)
    expect((await units('--undo')).exitCode).toBe(65)
    expect(readFileSync(join(root, KUBELET), 'utf8')).toBe(mine)
    ok(await units('--install', '--force'))
    expect(readFileSync(join(root, KUBELET), 'utf8')).not.toBe(mine)
    ok(await units('--undo'))
    expect(readFileSync(join(root, KUBELET), 'utf8')).toBe(mine)
  })

  it('leaves a masked unit masked, and says so', async () => {
    const { units, root } = workshop()
    mkdirSync(dirname(join(root, KUBELET)), { recursive: true })
    symlinkSync('/dev/null', join(root, KUBELET))
    const result = await units('--install')
    expect(result).toMatchObject({ exitCode: 77, stdout: '' })
    expect(result.stderr).toContain('is a symbolic link')
    expect(readlinkSync(join(root, KUBELET))).toBe('/dev/null')
  })
})

const without = (tree: Readonly<Record<string, string>>, folder: string) =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith(folder)))

describe('another release', () => {
  it('is shown file by file, and flag by flag with the reason', async () => {
    const { cluster } = workshop()
    const args = ['diff', '--cluster', cluster, '--from', '1.27', '--to', '1.28']
    const { exitCode, stdout, stderr } = await runUnits(args)
    expect(exitCode, stderr).toBe(1)
    expect(stdout).toContain('# ==> master-1: 1.27 to 1.28')
    expect(stdout).toMatch(/^# {3}--controllers of kube-controller-manager .* becomes /m)
    expect(stdout).toMatch(/^-.*csrsigning/m)
  })
})
