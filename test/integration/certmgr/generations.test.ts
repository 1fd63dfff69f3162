import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { geteuid } from 'node:process'
import { createTerminal } from '@easycerts/adapters/terminal'
import { parseSigningKey } from '@easycerts/shared/key'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { runStatus } from '../../../apps/certmgr/src/commands/status.ts'
import { certificateSpec, joinedNode, type TestNode } from '../../support/certmgr/test-node.ts'

const NAME = 'kubelet-client'
const [CERTIFICATE, KEY] = [`/pki/${NAME}.crt`, `/pki/${NAME}.key`]
const KEPT = `${NODE_PATHS.certmgrState}/generations/${NAME}`
const SPEC = certificateSpec(NAME, { actions: { leaf: [{ restart: 'kubelet.service' }] } })

const generationsOf = ({ root }: TestNode): string[] =>
  readdirSync(join(root, KEPT)).filter((name) => name.endsWith('.pem'))

const serialOf = (node: TestNode): string => node.certificate(CERTIFICATE).serialNumber

/** A node that has renewed its certificate so many times. */
const renewedNode = async (times: number) => {
  const node = await joinedNode([SPEC])
  const { pass, memory } = await node.start()
  const serials: string[] = []
  for (let count = 0; count <= times; count++) {
    await pass()
    serials.push(serialOf(node))
    node.time.advance(hours(1))
    node.write(`${NODE_PATHS.certmgrState}/renew/${NAME}`, '')
  }
  rmSync(join(node.root, NODE_PATHS.certmgrState, 'renew', NAME))
  return { node, pass, memory, serials }
}

const statusOf = async ({ root, time }: TestNode, output: 'text' | 'json') => {
  let text = ''
  const stdout = { write: (more: string) => (text += more) }
  const stderr = { write: () => undefined }
  const parts = { program: 'certmgr', stdout, stderr, colour: false, output } as const
  const context = { terminal: createTerminal(parts), clock: time.clock, uid: geteuid?.() ?? 0 }
  const code = await runStatus(context, { root, log: 'text', logLevel: 'info' })
  return { code, text }
}

describe('the history of a certificate', () => {
  it('holds three generations at most, each in a file that only certmgr reads', async () => {
    const { node, serials } = await renewedNode(4)
    expect(generationsOf(node).toSorted()).toEqual(
      [3, 4, 5].map((number) => `00000${number}-${serials[number - 1] ?? ''}-${NAME}.pem`),
    )
    for (const name of generationsOf(node))
      expect(statSync(join(node.root, KEPT, name)).mode & 0o777).toBe(0o600)
    expect(statSync(join(node.root, KEPT)).mode & 0o777).toBe(0o700)
  })

  it('lets go of keys whose certificates have expired, when a new one is kept', async () => {
    const { node, pass } = await renewedNode(1)
    node.time.advance(hours(17))
    await pass()
    expect(generationsOf(node)).toHaveLength(3)
    node.time.advance(hours(9))
    node.write(`${NODE_PATHS.certmgrState}/renew/${NAME}`, '')
    await pass()
    expect(generationsOf(node).map((name) => Number(name.slice(0, 6)))).toEqual([3, 4])
  })

  it('is shown by status, with the one that is published', async () => {
    const { node, serials } = await renewedNode(1)
    const { certificates } = JSON.parse((await statusOf(node, 'json')).text) as {
      certificates: { generations: object[] }[]
    }
    expect(certificates[0]?.generations).toMatchObject([
      { number: 2, serialNumber: serials[1], profile: NAME, isPublished: true },
      { number: 1, serialNumber: serials[0], profile: NAME, isPublished: false },
    ])
  })

  it('goes with its spec, and stays while a spec is bad', async () => {
    const { node } = await renewedNode(0)
    const file = join(node.root, NODE_PATHS.specDirectory, `${NAME}.yaml`)
    writeFileSync(file, 'kind: Certificate\n')
    await (await node.start()).pass()
    expect(generationsOf(node)).toHaveLength(1)
    rmSync(file)
    await (await node.start()).pass()
    expect(readdirSync(join(node.root, KEPT, '..'))).toEqual([])
  })
})

const damages: readonly (readonly [string, (key: string, certificate: string) => void])[] = [
  ['a key that is cut off', (key) => writeFileSync(key, readFileSync(key).subarray(0, 40))],
  ['no files at all', (...paths) => paths.forEach((path) => rmSync(path))],
]

describe('what is broken while the CA is away', () => {
  it.each(damages)('is put back from the history: %s', async (_, damage) => {
    const { node, memory, serials } = await renewedNode(1)
    damage(join(node.root, KEY), join(node.root, CERTIFICATE))
    node.ca.behaviour.isDown = true
    const actions = node.actions().length
    const { pass } = await node.start()
    await pass()
    expect(serialOf(node)).toBe(serials[1])
    const { publicKey } = parseSigningKey(node.read(KEY))
    expect(publicKey.pin).toBe(node.certificate(CERTIFICATE).pin)
    expect(statSync(join(node.root, KEY)).mode & 0o777).toBe(0o600)
    expect(node.actions().slice(actions)).toEqual(['try-restart kubelet.service'])
    expect(memory.attempts.size).toBe(0)
    const { text } = await statusOf(node, 'text')
    expect(text).toMatch(new RegExp(`put back: ${NAME}: generation 2, .* ago, for its files were `))
  })

  it('takes the generation before where the newest is damaged too, and says so', async () => {
    const { node, serials } = await renewedNode(2)
    const newest = generationsOf(node).find((name) => name.includes(serials[2] ?? '')) ?? ''
    writeFileSync(join(node.root, KEPT, newest), 'x')
    writeFileSync(join(node.root, KEY), '')
    node.ca.behaviour.isDown = true
    const { pass } = await node.start()
    await pass()
    expect(serialOf(node)).toBe(serials[1])
    const actions = node.actions().length
    await pass()
    expect(node.actions()).toHaveLength(actions)
    expect((await statusOf(node, 'text')).text).toContain('generation 2')
  })

  it('stays broken where no generation is good: expired, or of a CA that is not trusted', async () => {
    const { node } = await renewedNode(1)
    node.time.advance(hours(30))
    writeFileSync(join(node.root, KEY), '')
    node.ca.behaviour.isDown = true
    const { pass } = await node.start()
    await pass()
    expect(node.read(KEY)).toBe('')
    expect(node.log.join('')).toContain('generation 2 is not valid now')
  })

  it('is renewed, and nothing is put back, as soon as the CA answers', async () => {
    const { node, serials, pass } = await renewedNode(1)
    writeFileSync(join(node.root, KEY), '')
    await pass()
    expect(serials).not.toContain(serialOf(node))
    expect((await statusOf(node, 'text')).text).not.toContain('put back')
  })

  it('is never taken from a history that others may read', async () => {
    const { node } = await renewedNode(0)
    for (const name of generationsOf(node)) chmodSync(join(node.root, KEPT, name), 0o644)
    writeFileSync(join(node.root, KEY), '')
    node.ca.behaviour.isDown = true
    const { pass } = await node.start()
    await pass()
    expect(node.read(KEY)).toBe('')
  })
})

describe('a spec that says something else now', () => {
  const changed = async (change: (spec: typeof SPEC) => object) => {
    const { node, serials } = await renewedNode(0)
    const path = `${NODE_PATHS.specDirectory}/${NAME}.yaml`
    node.write(path, stringify({ ...SPEC, ...change(SPEC) }))
    const { pass, memory } = await node.start()
    await pass()
    return { node, pass, memory, serials }
  }

  it('of another kind of key renews once, with such a key, even where keys are kept', async () => {
    const key = { path: KEY, algorithm: 'ecdsa-p384', rotation: 'keep' }
    const { node, pass, serials } = await changed(() => ({ key }))
    expect(parseSigningKey(node.read(KEY)).algorithm).toBe('ecdsa-p384')
    expect(node.log.join('')).toContain('reason=key-changed')
    const serial = serialOf(node)
    expect(serials).not.toContain(serial)
    node.time.advance(minutes(10))
    await pass()
    expect(serialOf(node)).toBe(serial)
  })

  it('of another profile renews once, and never falls back to the profile before', async () => {
    const { node, pass } = await changed(() => ({ profile: 'flannel-client' }))
    expect(node.read('/actions')).not.toBe('')
    expect(node.log.join('')).toContain('reason=profile-changed')
    const serial = serialOf(node)
    await pass()
    await (await node.start()).pass()
    expect(serialOf(node)).toBe(serial)
    const newest = generationsOf(node).toSorted().at(-1) ?? ''
    rmSync(join(node.root, KEPT, newest))
    writeFileSync(join(node.root, KEY), '')
    node.ca.behaviour.isDown = true
    await (await node.start()).pass()
    expect(node.read(KEY)).toBe('')
    expect(node.log.join('')).toContain(`is of the profile ${NAME}`)
  })

  it('is an alarm and no loop where the CA gives no certificate for it', async () => {
    const { node } = await renewedNode(0)
    const path = `${NODE_PATHS.specDirectory}/${NAME}.yaml`
    node.write(path, stringify({ ...SPEC, profile: 'flannel-client' }))
    node.ca.behaviour.refused.add('flannel-client')
    const { pass, memory } = await node.start()
    const before = serialOf(node)
    for (let count = 0; count < 20; count++) {
      await pass()
      node.time.advance(minutes(1))
    }
    expect(serialOf(node)).toBe(before)
    expect(memory.attempts.get(NAME)?.failures).toBeLessThan(10)
    const asked = node.ca.calls.filter((call) => call.endsWith('flannel-client'))
    expect(asked.length).toBeLessThan(10)
  })
})
