import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  changesOfSpecs,
  type LoadedSpecs,
  loadSpecs,
} from '../../../apps/certmgr/src/specs/index.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const spec = (name: string, path = `/${name}`) =>
  `kind: TrustBundle\nname: ${name}\npurpose: client-ca\nfile: {path: ${path}}\n`

/** A directory of specs, and its readings one after the other. */
const directoryWith = (files: Readonly<Record<string, string>>) => {
  const directory = join(temporaryFolder(), 'specs')
  mkdirSync(directory)
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  for (const [name, text] of Object.entries(files)) write(name, text)
  let last: LoadedSpecs | undefined
  const read = (): LoadedSpecs => (last = loadSpecs(directory, last))
  read()
  return { directory, write, read, remove: (name: string) => rmSync(join(directory, name)) }
}

const inForce = ({ trustBundles }: LoadedSpecs): string[] =>
  trustBundles.map(({ name, file }) => `${name} ${file.path}`)

describe('a spec that changes while certmgr runs', () => {
  it('takes the place of what it was', () => {
    const { write, read } = directoryWith({ 'a.yaml': spec('a') })
    write('a.yaml', spec('a', '/other'))
    expect(inForce(read())).toEqual(['a /other'])
  })

  it('stays as it was while it is bad, which its faults say (B15)', () => {
    const { write, read, directory } = directoryWith({ 'a.yaml': spec('a'), 'b.yaml': spec('b') })
    write('a.yaml', `${spec('a', '/new')}colour: red\n`)
    write('b.yaml', spec('b', '/c'))
    const { faults, ...after } = read()
    expect(inForce({ faults, ...after })).toEqual(['a /a', 'b /c'])
    const file = join(directory, 'a.yaml')
    expect(faults.join('\n').split('\n')).toEqual([
      `${file}:5:1: colour: unknown key`,
      `${file}: until that is mended, the spec stays in force as it was`,
    ])
  })

  it('stays as it was through one fault after another, until it is mended', () => {
    const { write, read } = directoryWith({ 'a.yaml': spec('a') })
    for (const text of ['kind: [', '', 'x: 1']) {
      write('a.yaml', text)
      expect(inForce(read())).toEqual(['a /a'])
    }
    write('a.yaml', spec('a', '/mended'))
    const mended = read()
    expect(inForce(mended)).toEqual(['a /mended'])
    expect(mended.faults).toEqual([])
  })

  it('ends when its file is removed, though it was bad', () => {
    const { write, read, remove } = directoryWith({ 'a.yaml': spec('a'), 'b.yaml': spec('b') })
    write('a.yaml', 'kind: [')
    read()
    remove('a.yaml')
    expect(read()).toMatchObject({ trustBundles: [{ name: 'b' }], faults: [] })
  })

  it('stays as it was if it claims what another has', () => {
    const { write, read } = directoryWith({ 'a.yaml': spec('a'), 'b.yaml': spec('b') })
    write('a.yaml', spec('a', '/b'))
    const after = read()
    expect(inForce(after)).toEqual(['a /a', 'b /b'])
    expect(after.faults.join()).toMatch(/a\.yaml:1:1: the path \/b is taken by .*b\.yaml/)
  })

  it('does not lose its path to a newcomer that comes before it in the alphabet', () => {
    const { write, read } = directoryWith({ 'b.yaml': spec('b') })
    write('a.yaml', spec('a', '/b'))
    const after = read()
    expect(inForce(after)).toEqual(['b /b'])
    expect(after.faults).toEqual([expect.stringContaining('a.yaml:1:1: the path /b is taken')])
  })

  it('may swap its path with another', () => {
    const { write, read } = directoryWith({ 'a.yaml': spec('a'), 'b.yaml': spec('b') })
    write('a.yaml', spec('a', '/b'))
    write('b.yaml', spec('b', '/a'))
    expect(read()).toMatchObject({ faults: [] })
    expect(inForce(read())).toEqual(['a /b', 'b /a'])
  })

  it('stays when the whole directory is gone, and comes to life with it', () => {
    const { directory, write, read } = directoryWith({ 'a.yaml': spec('a') })
    renameSync(directory, `${directory}.away`)
    const away = read()
    expect(inForce(away)).toEqual(['a /a'])
    expect(away.faults).toEqual([`${directory}: cannot be read (ENOENT)`])
    mkdirSync(directory)
    write('b.yaml', spec('b'))
    expect(inForce(read())).toEqual(['b /b'])
  })

  it('stays when its file cannot be read', () => {
    const { directory, read, remove } = directoryWith({ 'a.yaml': spec('a') })
    remove('a.yaml')
    mkdirSync(join(directory, 'a.yaml'))
    chmodSync(join(directory, 'a.yaml'), 0)
    const after = read()
    expect(inForce(after)).toEqual(['a /a'])
    expect(after.faults.join()).toContain('a.yaml')
  })
})

describe('the changes between two readings', () => {
  it('are none if nothing changed, and nothing is parsed again', () => {
    const { read } = directoryWith({ 'a.yaml': spec('a'), 'b.yaml': 'kind: [' })
    const before = read()
    const after = read()
    expect(changesOfSpecs(before, after)).toBeUndefined()
    expect(after.readings.every((reading, index) => reading === before.readings[index])).toBe(true)
  })

  it('are the names that came, went and say something else', () => {
    const { write, remove, read } = directoryWith({
      'a.yaml': spec('a'),
      'b.yaml': spec('b'),
      'c.yaml': spec('c'),
    })
    const before = read()
    write('a.yaml', spec('a', '/new'))
    remove('b.yaml')
    write('c.yaml', `# the same\n${spec('c')}`)
    write('d.yaml', spec('d'))
    write('e.yaml', 'nme: e\n')
    const changes = changesOfSpecs(before, read())
    expect(changes).toMatchObject({ added: ['d'], changed: ['a'], removed: ['b'] })
    expect(changes?.newFaults).toHaveLength(1)
  })

  it('are there as well when all that happened is that a fault is gone', () => {
    const { remove, read } = directoryWith({ 'a.yaml': spec('a'), 'b.yaml': 'kind: [' })
    const before = read()
    remove('b.yaml')
    expect(changesOfSpecs(before, read())).toEqual({
      added: [],
      changed: [],
      removed: [],
      newFaults: [],
    })
  })
})
