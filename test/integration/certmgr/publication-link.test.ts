import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { geteuid } from 'node:process'
import { parseSigningKey } from '@easycerts/shared/key'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { commandLine } from '../../support/certmgr/command-line.ts'
import { readDuring } from '../../support/certmgr/pair-reader.ts'
import { certificateSpec, joinedNode, type TestNode } from '../../support/certmgr/test-node.ts'

const NAME = 'kubelet-serving'
const [CERTIFICATE, KEY] = [`/pki/${NAME}.crt`, `/pki/${NAME}.key`]
// PKCS#12 too, in test/crash/certmgr-publication.test.ts.
const ALSO = [{ form: 'combined', path: '/pki/combined.pem' }]
const actions = { leaf: [{ restart: 'broker.service' }], config: [{ reload: 'broker.service' }] }
const SPEC = { ...certificateSpec(NAME, { actions }), also: ALSO }
const FILES = [`${NAME}.crt`, `${NAME}.key`, 'combined.pem'].toSorted()

const GENERATION = /^\.kubelet-serving\.gen-[0-9a-f]{16}$/

const nodeWith = async (publication: 'files' | 'link', more: object = {}) => {
  const node = await joinedNode([{ ...SPEC, publication, ...more }])
  const { pass, memory } = await node.start()
  return { node, pass, memory }
}

const at = ({ root }: TestNode, path: string): string => join(root, path)

const hiddenIn = (node: TestNode): string[] =>
  readdirSync(at(node, 'pki')).filter((name) => name.startsWith('.'))

const kindsOf = (node: TestNode): string[] =>
  FILES.map((name) => (lstatSync(at(node, join('pki', name))).isFile() ? 'file' : 'link'))

const renew = async (node: TestNode, pass: () => Promise<Date>): Promise<void> => {
  node.write(`${NODE_PATHS.certmgrState}/renew/${NAME}`, '')
  await pass()
}

/** From now on its spec wants the other mode. */
const change = async (node: TestNode, publication: 'files' | 'link') => {
  node.write(`${NODE_PATHS.specDirectory}/${NAME}.yaml`, stringify({ ...SPEC, publication }))
  return node.start()
}

const serialOf = (node: TestNode): string => node.certificate(CERTIFICATE).serialNumber

/** All files are of the certificate that lies there. */
const expectOneSet = (node: TestNode): void => {
  expect(node.read('/pki/combined.pem')).toBe(node.read(CERTIFICATE) + node.read(KEY))
  expect(parseSigningKey(node.read(KEY)).publicKey.pin).toBe(node.certificate(CERTIFICATE).pin)
}

describe('a set that is published by a link', () => {
  it('is one directory, switched by one link, with owner and mode of each file', async () => {
    const { node, pass } = await nodeWith('link')
    await pass()
    expect(kindsOf(node)).toEqual(Array(3).fill('link'))
    expect(readlinkSync(at(node, CERTIFICATE))).toBe(`.${NAME}.current/${NAME}.crt`)
    const generation = readlinkSync(at(node, `pki/.${NAME}.current`))
    expect(generation).toMatch(GENERATION)
    const inside = at(node, `pki/${generation}`)
    expect(readdirSync(inside).toSorted()).toEqual(FILES)
    expect(FILES.map((name) => statSync(join(inside, name)).mode & 0o777)).toEqual([
      ...[0o600, 0o644, 0o600],
    ])
    expectOneSet(node)
    expect(node.actions()).toEqual(['try-restart broker.service'])
    await pass()
    expect(readlinkSync(at(node, `pki/.${NAME}.current`))).toBe(generation)
    expect(node.actions()).toHaveLength(1)
  })

  it('keeps the generation before for who is in the middle of it, until the next or a start', async () => {
    const { node, pass } = await nodeWith('link')
    await pass()
    for (let count = 0; count < 2; count++) await renew(node, pass)
    expectOneSet(node)
    expect(hiddenIn(node).filter((name) => GENERATION.test(name))).toHaveLength(2)
    await node.start()
    expect(hiddenIn(node)).toHaveLength(2)
    expectOneSet(node)
  })

  it('goes with everything that is kept of it when it is cleaned', async () => {
    const { node, pass } = await nodeWith('link')
    await pass()
    const history = at(node, `${NODE_PATHS.certmgrState}/generations/${NAME}`)
    expect(readdirSync(history)).toHaveLength(1)
    const { run, said } = commandLine(node.time.clock)
    expect(await run('--root', node.root, 'clean')).toBe(64)
    expect(kindsOf(node)).toEqual(Array(3).fill('link'))
    expect(await run('--root', node.root, 'clean', '--yes')).toBe(0)
    expect(said.stderr).toBe('')
    expect(readdirSync(at(node, 'pki'))).toEqual([])
    expect(existsSync(history)).toBe(false)
  })

  it('puts right what somebody changed in it, without a new certificate', async () => {
    const { node, pass } = await nodeWith('link')
    await pass()
    const serial = serialOf(node)
    chmodSync(realpathSync(at(node, KEY)), 0o644)
    await pass()
    expect(statSync(at(node, KEY)).mode & 0o777).toBe(0o600)
    rmSync(at(node, 'pki/combined.pem'))
    await pass()
    expectOneSet(node)
    expect(serialOf(node)).toBe(serial)
  })

  it('always shows a pair that matches to who reads the directory that the link names', async () => {
    const { node, pass } = await nodeWith('link')
    await pass()
    const paths = { certificate: at(node, CERTIFICATE), key: at(node, KEY) }
    const seen = await readDuring({ ...paths, way: 'directory' }, async () => {
      for (let count = 0; count < 3; count++) await renew(node, pass)
    })
    expect(seen).toMatchObject({ missing: 0, mixed: 0 })
    expect(seen.certificates).toBeGreaterThanOrEqual(2)
  })
})

describe('a set whose mode is changed', () => {
  it('from files to a link and back keeps its octets, and is never missing or mixed', async () => {
    const { node, pass } = await nodeWith('files')
    await pass()
    expect(kindsOf(node)).toEqual(Array(3).fill('file'))
    const serial = serialOf(node)
    const paths = { certificate: at(node, CERTIFICATE), key: at(node, KEY) }
    const seen = await readDuring(paths, async () => {
      for (const [mode, kind] of [
        ['link', 'link'],
        ['files', 'file'],
        ['link', 'link'],
      ] as const) {
        await (await change(node, mode)).pass()
        expect(kindsOf(node)).toEqual(Array(3).fill(kind))
      }
    })
    expect(seen).toMatchObject({ missing: 0, mixed: 0, certificates: 1 })
    expect(serialOf(node)).toBe(serial)
    expect(node.actions()).toEqual(['try-restart broker.service'])
    await (await change(node, 'files')).pass()
    expect(hiddenIn(node)).toEqual([])
  })

  it('may be renewed in the same pass', async () => {
    const { node, pass } = await nodeWith('files')
    await pass()
    const first = serialOf(node)
    for (const mode of ['link', 'files'] as const) {
      const running = await change(node, mode)
      await renew(node, running.pass)
      expectOneSet(node)
    }
    expect(serialOf(node)).not.toBe(first)
  })
})

describe('a way to the files that others could change', () => {
  const USER = 65_534
  const isRoot = geteuid?.() === 0

  it.skipIf(!isRoot).each<[string, (root: string) => void]>([
    [
      'through a link of another user',
      (root) => {
        mkdirSync(join(root, 'elsewhere'))
        symlinkSync('elsewhere', join(root, 'pki'))
        lchownSync(join(root, 'pki'), USER, USER)
      },
    ],
    [
      'through a directory that anybody may write',
      (root) => {
        mkdirSync(join(root, 'pki'))
        chmodSync(join(root, 'pki'), 0o777)
      },
    ],
    ['by a link out of the root', (root) => symlinkSync('/tmp', join(root, 'pki'))],
  ])('is refused in both modes: %s', async (_, harm) => {
    for (const mode of ['files', 'link'] as const) {
      const { node, pass, memory } = await nodeWith(mode)
      harm(node.root)
      await pass()
      expect(memory.attempts.get(NAME)?.lastFailure.code).toBe('ERR_FILE_UNSAFE')
      expect(node.actions()).toEqual([])
    }
  })

  it.skipIf(!isRoot)('may lead through a directory of another user as files alone', async () => {
    for (const [mode, isWritten] of [
      ['files', true],
      ['link', false],
    ] as const) {
      const { node, pass } = await nodeWith(mode)
      mkdirSync(at(node, 'pki'))
      chownSync(at(node, 'pki'), USER, USER)
      await pass()
      expect(existsSync(at(node, KEY))).toBe(isWritten)
    }
  })

  it('is no way where a strange link stands in the place of a file', async () => {
    const { node, pass, memory } = await nodeWith('link')
    mkdirSync(at(node, 'pki'))
    symlinkSync('/etc/passwd', at(node, KEY))
    await pass()
    expect(memory.attempts.get(NAME)?.lastFailure.code).toBe('ERR_FILE_UNSAFE')
    expect(readlinkSync(at(node, KEY))).toBe('/etc/passwd')
  })
})
