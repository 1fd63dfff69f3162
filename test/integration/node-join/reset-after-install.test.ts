import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { filesOf } from '../../support/file-tree.ts'
import { type DescribedCa, startDescribedCa } from '../../support/join/described-ca.ts'
import { runNodeJoin } from '../../support/run-node-join.ts'
import { stateOfTree } from '../../support/units/state-of-tree.ts'

const DESCRIPTION = {
  name: 'demo',
  masterAddress: '192.0.2.1',
  nodes: [
    { name: 'master-1', roles: ['master'], addresses: ['192.0.2.1'] },
    { name: 'worker-1', roles: ['node'], addresses: ['192.0.2.11'] },
  ],
}

const KUBELET = 'etc/systemd/system/kubelet.service'
const PROXY = 'var/lib/kube-proxy/config.yaml'
/** Only a description with calico writes it. */
const FOUND = 'etc/NetworkManager/conf.d/calico.conf'

let ca: DescribedCa
let root: string
beforeAll(async () => {
  ca = await startDescribedCa(DESCRIPTION)
  const joined = await ca.join('worker-1', 'worker', '192.0.2.11')
  expect(joined.result.exitCode, joined.result.stderr).toBe(0)
  ;({ root } = joined)
  mkdirSync(dirname(join(root, FOUND)), { recursive: true })
  writeFileSync(join(root, FOUND), 'mine\n', { mode: 0o640 })
  const file = ca.pathOf('other.yaml')
  writeFileSync(file, stringify({ ...DESCRIPTION, cni: 'calico', proxyMode: 'ipvs' }))
  const installed = await nodeJoin('units', '--cluster', file, '--node', 'worker-1', '--install')
  expect(installed.exitCode, installed.stderr).toBe(0)
  expect(readFileSync(join(root, PROXY), 'utf8')).toContain('mode: ipvs')
  expect(readFileSync(join(root, FOUND), 'utf8')).not.toContain('mine')
  appendFileSync(join(root, KUBELET), '# by somebody\n')
}, 60_000)
afterAll(() => ca.dispose())

const nodeJoin = (...words: string[]) => runNodeJoin(['--root', root, ...words])

describe('a reset after units --install', () => {
  it('shows what comes back and what stays, and changes nothing by that', async () => {
    const before = stateOfTree(root)
    const { exitCode, stdout } = await nodeJoin('reset', '--dry-run')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/kubelet\.service\s+somebody changed it/)
    expect(stdout).toMatch(/calico\.conf\s+it is put back as it was/)
    expect(stdout).not.toMatch(/kube-proxy\/config\.yaml\s+somebody/)
    expect(stateOfTree(root)).toEqual(before)
  })

  it('removes what was installed, puts back what it replaced, and keeps edits', async () => {
    const reset = await nodeJoin('reset', '--yes')
    expect(reset.exitCode, reset.stderr).toBe(0)
    expect(existsSync(join(root, PROXY))).toBe(false)
    expect(existsSync(join(root, 'var/lib/easycerts'))).toBe(false)
    const accounts = /^\/etc\/(\.pwd\.lock|(group|gshadow|passwd|shadow)-?)$/
    const left = filesOf(root).map((path) => path.slice(root.length))
    expect(left.filter((path) => !accounts.test(path))).toEqual([`/${FOUND}`, `/${KUBELET}`])
    expect(readFileSync(join(root, FOUND), 'utf8')).toBe('mine\n')
    expect(readFileSync(join(root, KUBELET), 'utf8')).toContain('# by somebody')
  })
})
