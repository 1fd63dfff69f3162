import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type { CaServerProcess } from '../../support/ca-server-process.ts'
import { AUTH_KEY, type CfsslCa, createEasyCertsCa } from '../../support/cfssl/start-cfssl.ts'
import { runProgram } from '../../support/e2e/run-program.ts'
import { filesOf } from '../../support/file-tree.ts'
import { CERTMGR_CONFIG, SECRETS, TOKEN_FILE } from '../../support/join/easycerts-node.ts'
import {
  importedCa,
  KEY_OWNER,
  NAMES,
  oldWorker,
  pairsOf,
  ticketFor,
  treeOf,
} from '../../support/join/old-worker.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { runNodeJoin } from '../../support/run-node-join.ts'

const newCa = async (ca: CfsslCa): Promise<CaServerProcess> => {
  const server = await importedCa(ca)
  onTestFinished(() => server.dispose())
  return server
}

describeWith('cfssl', 'a worker of easyCerts that joins with a ticket', () => {
  it('keeps every octet, owner and mode, renews from our CA, and is given back by a reset', async () => {
    const ca = createEasyCertsCa('kubernetes-cluster-ca')
    const node = await oldWorker(ca)
    const { root, read, at } = node
    const server = await newCa(ca)
    const before = { pairs: pairsOf(node), tree: treeOf(node) }
    const ticket = await ticketFor(server, 'worker-1')

    const plan = await runNodeJoin(['--root', root, 'plan', '--output', 'json'], ticket)
    expect(plan.exitCode, plan.stderr).toBe(0)
    expect(JSON.parse(plan.stdout)).toMatchObject({
      adoption: { layout: 'nixos', config: CERTMGR_CONFIG, left: [] },
      certificates: NAMES.map(() => ({ action: 'keep' })),
    })
    expect(treeOf(node)).toEqual(before.tree)

    const joined = await runNodeJoin(['--root', root], ticket)
    expect(joined.exitCode, joined.stderr).toBe(0)
    expect(pairsOf(node)).toEqual(before.pairs)
    expect(read(`${SECRETS}/ca.pem`)).toBe(ca.certificate.trimEnd())
    const units = filesOf(at('/etc/systemd/system')).filter((path) => !path.includes('.wants/'))
    expect(units.map((path) => path.split('/').at(-1)).toSorted()).toEqual(
      ['certmgr', 'flannel', 'kube-proxy', 'kubelet'].map((unit) => `${unit}.service`),
    )
    expect(read('/etc/systemd/system/certmgr.service')).toContain(`ReadWritePaths=`)
    expect(read('/etc/systemd/system/certmgr.service')).toContain(SECRETS)
    expect(parse(read(`${NODE_PATHS.specDirectory}/flannel-client.yaml`))).toMatchObject({
      key: { mode: '0600', owner: String(KEY_OWNER), algorithm: 'ecdsa-p256' },
      actions: { leaf: [{ restart: 'flannel.service' }] },
      renewBefore: '3d',
    })

    // The first day: certmgr has nothing to do.
    const first = await runProgram('certmgr', ['--root', root, 'ensure'])
    expect(first.exitCode, first.stdout + first.stderr).toBe(0)
    expect(pairsOf(node)).toEqual(before.pairs)
    expect(read(`${SECRETS}/ca.pem`)).toBe(ca.certificate.trimEnd())
    const status = await runNodeJoin(['--root', root, 'status', '--output', 'json'])
    expect(JSON.parse(status.stdout)).toMatchObject({
      certificates: NAMES.map(() => ({ state: 'good' })),
    })

    // A second run of the same ticket changes nothing either.
    const again = await runNodeJoin(['--root', root], ticket)
    expect(again.exitCode, again.stderr).toBe(0)
    expect(pairsOf(node)).toEqual(before.pairs)

    const planned = await runNodeJoin(['--root', root, 'plan', '--output', 'json'], ticket)
    expect(JSON.parse(planned.stdout)).toMatchObject({ changesNothing: true })

    const reset = await runNodeJoin(['--root', root, 'reset', '--yes'])
    expect(reset.exitCode, reset.stderr).toBe(0)
    expect(treeOf(node)).toEqual(before.tree)
    expect(pairsOf(node)).toEqual({ ...before.pairs })
    expect(existsSync(at('/var/lib/easycerts/adoption.json'))).toBe(false)
  }, 60_000)

  it('leaves the old daemon its unit where ours could not start, or where NixOS makes it', async () => {
    const ca = createEasyCertsCa('kubernetes-cluster-ca')
    const node = await oldWorker(ca)
    const ticket = await ticketFor(await newCa(ca), 'worker-1')
    const unit = '/etc/systemd/system/certmgr.service'
    const text = node.read(unit)
    rmSync(node.at('/usr/local/bin/certmgr'))
    const missing = await runNodeJoin(['--root', node.root], ticket)
    expect([missing.exitCode, node.read(unit)]).toEqual([0, text])
    expect(missing.stderr).toContain('/usr/local/bin/certmgr is not installed')

    node.write('/usr/local/bin/certmgr', '')
    node.write('/nix/store/0123-unit', text)
    rmSync(node.at(unit))
    symlinkSync('../../../nix/store/0123-unit', node.at(unit))
    const linked = await runNodeJoin(['--root', node.root], ticket)
    expect([linked.exitCode, node.read(unit)]).toEqual([0, text])
    expect(linked.stderr).toContain('is not ours to replace')
  }, 60_000)

  it('has what is not good any more replaced, in place, and renewed by our CA when it is due', async () => {
    const ca = createEasyCertsCa('kubernetes-cluster-ca')
    const node = await oldWorker(ca)
    const { root, read, at } = node
    const server = await newCa(ca)
    const bad = `${SECRETS}/kube-proxy-client.pem`
    const before = read(bad)
    writeFileSync(at(bad), before.slice(0, 200))
    const joined = await runNodeJoin(['--root', root], await ticketFor(server, 'worker-1'))
    expect(joined.exitCode, joined.stderr).toBe(0)
    const { mode, uid } = statSync(at(`${SECRETS}/kube-proxy-client-key.pem`))
    expect([mode & 0o777, uid]).toEqual([0o600, KEY_OWNER])
    const replaced = parseCertificatePem(read(bad))

    const spec = `${NODE_PATHS.specDirectory}/kubelet-client.yaml`
    const kubelet = parseCertificatePem(read(`${SECRETS}/kubelet-client.pem`))
    writeFileSync(at(spec), read(spec).replace('renewBefore: 3d', 'renewBefore: 30d'))
    await runProgram('certmgr', ['--root', root, 'renew', 'kubelet-client'])
    const ensured = await runProgram('certmgr', ['--root', root, 'ensure'])
    expect(ensured.stdout).toContain('kubelet-client')
    const renewed = parseCertificatePem(read(`${SECRETS}/kubelet-client.pem`))
    expect(renewed.serialNumber).not.toBe(kubelet.serialNumber)
    expect(renewed.issuer.equals(kubelet.issuer)).toBe(true)
    expect(parseCertificatePem(read(bad)).serialNumber).toBe(replaced.serialNumber)
    expect(statSync(at(`${SECRETS}/kubelet-client-key.pem`)).uid).toBe(KEY_OWNER)
  }, 60_000)

  it('is refused a ticket of another node, or of a CA that has not the old one', async () => {
    const ca = createEasyCertsCa('kubernetes-cluster-ca')
    const node = await oldWorker(ca)
    const stranger = await newCa(createEasyCertsCa('another'))
    const tree = treeOf(node)
    for (const [name, words] of [
      ['worker-1', 'has not the CA of'],
      ['worker-2', 'is the node worker-1'],
    ] as const) {
      const ticket = await ticketFor(stranger, name)
      const plan = await runNodeJoin(['--root', node.root, 'plan'], ticket)
      expect(plan.exitCode).not.toBe(0)
      expect(plan.stderr).toContain(words)
      expect(treeOf(node)).toEqual(tree)
    }
    expect(readFileSync(node.at(TOKEN_FILE), 'utf8')).toBe(AUTH_KEY)
  }, 60_000)
})
