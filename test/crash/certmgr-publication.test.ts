import { createHash } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { parseSigningKey } from '@easycerts/shared/key'
import { expect, it } from 'vitest'
import { certificateSpec, joinedNode, type TestNode } from '../support/certmgr/test-node.ts'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { describeWith } from '../support/needed-tool.ts'
import { openSecrets } from './support/node-root.ts'

const NAME = 'kubelet-serving'
const SPEC = {
  ...certificateSpec(NAME, { actions: { leaf: [{ restart: 'broker.service' }] } }),
  also: [
    { form: 'combined', path: '/pki/combined.pem' },
    { form: 'pkcs12', path: '/pki/keystore.p12', passwordFile: '/password' },
  ],
}

/** Around the switch; with SOAK=full all of them. */
const STEPS = [
  ...[8, 10, 12, 14].map((nth) => ['rename', nth] as const),
  ...[1, 2].map((nth) => ['symlink', nth] as const),
]
const ALL = [
  ...Array.from({ length: 24 }, (_, index) => ['rename', index + 1] as const),
  ...Array.from({ length: 3 }, (_, index) => ['symlink', index + 1] as const),
  ...Array.from({ length: 30 }, (_, index) => ['fsync', index + 1] as const),
]
const STRIDE = 3

const killedAt = (call: string, nth: number): readonly string[] => [
  ...['env', 'UV_THREADPOOL_SIZE=1', 'strace', '-f', '-qq', '-o', '/dev/null'],
  ...['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`],
]

const pairOf = (node: TestNode) => {
  const certificate = node.certificate(`/pki/${NAME}.crt`)
  const key = parseSigningKey(node.read(`/pki/${NAME}.key`))
  return { certificate, matches: key.publicKey.pin === certificate.pin }
}

const isOneSet = (node: TestNode): boolean => {
  const { certificate, matches } = pairOf(node)
  const whole = node.read(`/pki/${NAME}.crt`) + node.read(`/pki/${NAME}.key`)
  const keystore = readFileSync(join(node.root, 'pki/keystore.p12'))
  return (
    matches &&
    node.read('/pki/combined.pem') === whole &&
    keystore.includes(createHash('sha1').update(certificate.der).digest())
  )
}

describeWith('strace', 'certmgr killed while it renews a set with other forms', () => {
  it.each(['link', 'files'] as const)('as %s is whole at its next start', async (publication) => {
    const steps =
      process.env['SOAK'] === 'full' ? ALL : STEPS.filter((_, index) => index % STRIDE === 0)
    const node = await joinedNode([{ ...SPEC, publication }])
    node.write('/password', 'open sesame\n')
    chmodSync(join(node.root, 'password'), 0o600)
    await (await node.start()).pass()
    let killed = 0
    for (const [call, nth] of steps) {
      node.write(`${NODE_PATHS.certmgrState}/renew/${NAME}`, '')
      const args = ['--root', node.root, 'ensure']
      const { signal } = await resultOf(startProgram('certmgr', args, killedAt(call, nth)), '')
      killed += signal === null ? 0 : 1
      const where = `${call} ${nth}`
      if (publication === 'link') expect(isOneSet(node), where).toBe(true)
      expect(openSecrets(node.root), where).toEqual([])
      await (await node.start()).pass()
      expect(isOneSet(node), where).toBe(true)
    }
    expect(killed).toBeGreaterThan(0)
    expect(node.actions().join()).toContain('broker.service')
  })
})
