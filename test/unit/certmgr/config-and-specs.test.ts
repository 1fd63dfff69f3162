import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../apps/certmgr/src/config/index.ts'
import { findForeignUnits, loadSpecs } from '../../../apps/certmgr/src/specs/index.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const rootWith = (files: Readonly<Record<string, string>>): string => {
  const root = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const configOf = (text: string) =>
  loadConfig({ root: rootWith({ [NODE_PATHS.certmgrConfig]: text }), file: undefined })

describe('the configuration of certmgr', () => {
  it.each(['', '# nothing but a comment\n', '{}\n'])('has a default for everything: %j', (text) => {
    const config = configOf(text)
    expect(config.specs).toBe(join(config.root, NODE_PATHS.specDirectory))
    expect(config).toMatchObject({
      actionTimeout: seconds(90),
      requestTimeout: seconds(20),
      checkInterval: minutes(10),
      serviceManager: { kind: 'systemd', systemctl: ['systemctl'] },
    })
  })

  it('acts on no service below another root, unless it names a systemctl', () => {
    expect(configOf('').actsOnThisSystem).toBe(false)
    expect(configOf('serviceManager: {systemctl: [/x]}').actsOnThisSystem).toBe(true)
  })

  it('tells every fault at once, with its place', () => {
    const text = 'specs: relative\ncheckInterval: 11m\nunknown: 1\nactionTimeout: soon\n'
    expect(() => configOf(text)).toThrow(
      /yaml:1:.*absolute(.|\n)*yaml:2:.*longer(.|\n)*yaml:3:.*unknown(.|\n)*yaml:4:.*duration/,
    )
  })

  it.each(['openrc', 'sysv', 'circus'])('knows the program of %s, and takes another', (kind) => {
    expect(configOf(`serviceManager: {kind: ${kind}}`).actsOnThisSystem).toBe(false)
    const own = configOf(`serviceManager: {kind: ${kind}, program: [/x, -y]}`)
    expect(own).toMatchObject({
      serviceManager: { kind, program: ['/x', '-y'] },
      actsOnThisSystem: true,
    })
  })

  it.each([
    ['kind: command', 'needs a program'],
    ['program: [/x]', 'takes no program'],
    ['kind: none, program: [/x]', 'takes no program'],
    ['kind: openrc, program: []', 'program'],
    ['kind: upstart', 'kind'],
  ])('refuses the service manager {%s}', (text, fault) => {
    expect(() => configOf(`serviceManager: {${text}}`)).toThrow(fault)
  })

  it('must exist where it is named', () => {
    const missing = () => loadConfig({ root: '/', file: join(temporaryFolder(), 'no.yaml') })
    expect(codeOf(missing)).toBe('ERR_CONFIG_UNREADABLE')
  })
})

const spec = (name: string, path: string) =>
  `kind: TrustBundle\nname: ${name}\npurpose: client-ca\nfile: {path: ${path}}\n`

describe('the specs of a directory', () => {
  it('are read in order, and nothing but YAML', () => {
    const root = rootWith({ 'b.yaml': spec('b', '/b'), 'a.yml': spec('a', '/a'), 'c.txt': 'x' })
    const { trustBundles, faults } = loadSpecs(root)
    expect(trustBundles.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(faults).toEqual([])
  })

  it.each([
    ['name', spec('a', '/other'), 'the name a is taken by'],
    ['path', spec('b', '/a'), 'the path /a is taken by'],
  ])('have a %s of their own: the first one keeps it', (_, second, fault) => {
    const root = rootWith({ '1.yaml': spec('a', '/a'), '2.yaml': second })
    const { trustBundles, faults } = loadSpecs(root)
    expect(trustBundles).toHaveLength(1)
    expect(faults.join()).toContain(`2.yaml:1:1: ${fault}`)
  })

  it('stay as they were when a file turns bad', () => {
    const root = rootWith({ '1.yaml': spec('a', '/a') })
    const before = loadSpecs(root)
    writeFileSync(join(root, '1.yaml'), 'kind: [')
    expect(loadSpecs(root).trustBundles).toEqual([])
    expect(loadSpecs(root, before).trustBundles.map(({ name }) => name)).toEqual(['a'])
  })

  it('are none in a directory that is not there, and that is a fault', () => {
    expect(loadSpecs('/nowhere/at/all').faults).toEqual([
      '/nowhere/at/all: cannot be read (ENOENT)',
    ])
  })
})

describe('the units of specs', () => {
  const root = () =>
    rootWith({
      'a.yaml': `${spec('a', '/a')}actions: {bundle: [{restart: etcd}, {reload: x.socket}]}\n`,
      'b.yaml': `${spec('b', '/b')}actions: {leaf: [{command: [x.socket]}]}\n`,
    })

  it('are services where the service manager knows no others', () => {
    const faults = (kind: string) =>
      findForeignUnits(loadSpecs(root()), configOf(`serviceManager: {kind: ${kind}}`))
    expect(faults('openrc')).toHaveLength(1)
    expect(faults('openrc')[0]).toMatch(/a\.yaml:1:1: actions: openrc .*"x\.socket"/)
    expect([...faults('systemd'), ...faults('none')]).toEqual([])
  })
})

describe('the other files of a certificate', () => {
  it('have a path of their own', () => {
    const also = '[{form: leaf, path: /c}, {form: combined, path: /k}]'
    const certificate = `kind: Certificate\nname: c\nprofile: c\ngroup: c\ncertificate: {path: /c}\nkey: {path: /k2}\nalso: ${also}\n`
    const { certificates, faults } = loadSpecs(rootWith({ 'c.yaml': certificate }))
    expect(certificates).toEqual([])
    expect(faults.join()).toContain('the path /c is taken by this spec itself')
  })
})
