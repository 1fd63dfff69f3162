import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type CaServerProcess,
  initCa,
  makeFolder,
  serveToItsEnd,
  startCaServer,
} from '../support/ca-server-process.ts'
import { backUpTo, makeBackupReader, restoreTo } from '../support/backup-files.ts'
import { runProgram } from '../support/e2e/run-program.ts'
import { filesOf } from '../support/file-tree.ts'
import { canMount, mountDisk } from '../support/mounted-disk.ts'
import { describeWith } from '../support/needed-tool.ts'
import { createSoftHsm, type SoftHsm } from '../support/soft-hsm.ts'

const folder = makeFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const kubeconfig = (ca: CaServerProcess) => ca.ca(['kubeconfig'])

describeWith('softhsm2-util', 'a CA whose issuers’ keys are in a token', () => {
  let hsm: SoftHsm
  let ca: CaServerProcess
  beforeAll(async () => {
    hsm = createSoftHsm(folder)
    ca = await startCaServer({ env: hsm.env, initArgs: hsm.initArgs })
  })
  afterAll(() => ca.dispose())

  it('has none of them on its disk, and the PIN nowhere', () => {
    expect(readdirSync(join(ca.directory, 'keys')).toSorted()).toEqual([
      'log-g1.pem',
      'protection.json',
      'trust-g1.pem',
    ])
    for (const path of filesOf(ca.directory))
      expect(readFileSync(path).includes(hsm.pin), path).toBe(false)
    expect(ca.log()).not.toContain(hsm.pin)
    expect(readFileSync(`/proc/${ca.pid}/cmdline`, 'utf8')).not.toContain(hsm.pin)
  })

  it('lets a node join', async () => {
    const made = await ca.ca([
      ...['ticket', 'create', '--node', 'worker-1', '--role', 'worker', '--address', '127.0.0.1'],
    ])
    const root = join(folder, 'worker-1')
    mkdirSync(root)
    const { ticket } = JSON.parse(made.stdout) as { ticket: string }
    const joined = await runProgram('node-join', ['--root', root, '--no-start'], ticket)
    expect(joined, joined.stderr).toMatchObject({ exitCode: 0 })
  })

  it('says so while the token is away, and goes on by itself once it is back', async () => {
    expect(await kubeconfig(ca)).toMatchObject({ exitCode: 0 })
    hsm.remove()
    const away = await kubeconfig(ca)
    hsm.putBack()
    expect(away).toMatchObject({ code: 'ERR_PKCS11_UNAVAILABLE', exitCode: 69 })
    // A second passes between two looks for it.
    await expect.poll(async () => (await kubeconfig(ca)).exitCode, { timeout: 10_000 }).toBe(0)
  })

  it('starts again with the same issuers', async () => {
    const before = await ca.operator('GET', '/v1/issuers')
    await ca.stop()
    await ca.start()
    expect(await ca.operator('GET', '/v1/issuers')).toEqual(before)
    expect(await kubeconfig(ca)).toMatchObject({ exitCode: 0 })
  })

  it('comes back from a backup, which names the keys that it does not hold', async () => {
    const reader = await makeBackupReader(folder)
    const [file, directory] = [join(folder, 'ca.backup.age'), join(folder, 'restored')]
    expect(await backUpTo(ca, file, reader)).toMatchObject({ exitCode: 0 })
    await ca.stop()
    const restored = await restoreTo(directory, file, reader)
    const { tokenKeys } = JSON.parse(restored.stdout) as { tokenKeys: string[] }
    expect(tokenKeys).toHaveLength(4)
    for (const uri of tokenKeys) expect(uri).toMatch(/^pkcs11:object=/)
    const gone = await serveToItsEnd(directory, [], {})
    expect(gone).toMatchObject({ code: 'ERR_PKCS11_UNAVAILABLE' })
    const { joinPort, nodePort } = ca
    const again = await startCaServer({ directory, env: hsm.env, ports: { joinPort, nodePort } })
    expect(await kubeconfig(again)).toMatchObject({ exitCode: 0 })
    await again.dispose()
    await ca.start()
  })

  it('starts neither without the token nor with another that has its name', async () => {
    await ca.stop()
    const stranger = createSoftHsm(join(folder, 'stranger'))
    const empty = await serveToItsEnd(ca.directory, [], { env: stranger.env })
    expect(empty).toMatchObject({ code: 'ERR_PKCS11_UNAVAILABLE', exitCode: 69 })
    hsm.remove()
    const gone = await serveToItsEnd(ca.directory, [], { env: hsm.env })
    hsm.putBack()
    expect(gone).toMatchObject({ code: 'ERR_PKCS11_UNAVAILABLE', exitCode: 69 })
    await ca.start()
  })
})

describeWith('softhsm2-util', 'ca-server init with a token', () => {
  let hsm: SoftHsm
  beforeAll(() => {
    hsm = createSoftHsm(join(folder, 'init'), 'init')
  })
  const at = (name: string): string => join(folder, name)
  const keysIn = (): number => filesOf(join(folder, 'init', 'tokens')).length

  it('leaves no key behind where it fails', async () => {
    const before = keysIn()
    const args = [...hsm.initArgs, '--import-issuer', `etcd=${hsm.pinFile},${hsm.pinFile}`]
    expect(await initCa(at('broken'), args, { env: hsm.env })).toMatchObject({ exitCode: 65 })
    mkdirSync(at('occupied'))
    mkdirSync(join(at('occupied'), 'something'))
    expect(await initCa(at('occupied'), hsm.initArgs, { env: hsm.env })).toMatchObject({
      code: 'ERR_ALREADY_INITIALISED',
    })
    expect(keysIn()).toBe(before)
  })

  it.skipIf(!canMount())('destroys the keys that it made if the rest fails', async () => {
    const before = keysIn()
    const disk = mountDisk('1m')
    try {
      // A mount point cannot be replaced by a rename, the last step.
      const failed = await initCa(disk.path, hsm.initArgs, { env: hsm.env })
      expect(failed).toMatchObject({ code: 'ERR_FILE_NOT_WRITABLE' })
    } finally {
      disk.remove()
    }
    expect(keysIn()).toBe(before)
  })

  it('makes requests for an offline root by keys in the token', async () => {
    const directory = at('external')
    const made = await initCa(directory, [...hsm.initArgs, '--root', 'external'], { env: hsm.env })
    expect(made).toMatchObject({ exitCode: 0 })
    expect(readdirSync(join(directory, 'requests'))).toHaveLength(4)
    expect(existsSync(join(directory, 'keys', 'cluster-g1.pem'))).toBe(false)
  })

  it.each<[string, (path: string) => readonly string[], string, number]>([
    ['a PIN that others can read', (path) => (chmodSync(path, 0o644), []), 'ERR_FILE_UNSAFE', 77],
    ['no label', () => ['--pkcs11-token', ''], 'ERR_CONFIG_INVALID', 78],
    ['another label', () => ['--pkcs11-token', 'nobody'], 'ERR_PKCS11_UNAVAILABLE', 69],
    ['no module', () => ['--pkcs11-module', '/nowhere.so'], 'ERR_PKCS11_MODULE', 78],
  ])('is refused with %s', async (_title, spoil, code, exitCode) => {
    const args = [...hsm.initArgs, ...spoil(hsm.pinFile)]
    const result = await initCa(at('refused'), args, { env: hsm.env })
    chmodSync(hsm.pinFile, 0o600)
    expect(result).toMatchObject({ code, exitCode })
    expect(existsSync(at('refused'))).toBe(false)
  })
})
