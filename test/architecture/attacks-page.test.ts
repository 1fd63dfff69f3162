import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pathsBelow, readText } from './repository-files.ts'

const page = readText('docs/attacks.md')

interface Attack {
  readonly file: string
  /** What its first `describe` says. */
  readonly title: string
}

const TITLE = /^describe(?:With\(.*?, |\()(['"`])(.*?)\1, /m

const attacks: Attack[] = pathsBelow('test/attacks')
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => ({ file: basename(path), title: TITLE.exec(readText(path))?.[2] ?? '' }))

/** `| [title](../test/attacks/file) | what it found |` */
const ROW = /^\| \[(.+?)\]\(\.\.\/test\/attacks\/([\w.-]+)\) +\| (.*?) +\|$/gm

const rows = [...page.matchAll(ROW)].map(([, title = '', file = '', found = '']) => ({
  title: title.replaceAll('\\', ''),
  file,
  found,
}))

const NOTHING = 'nothing'

describe('docs/attacks.md', () => {
  it('has a row for each attack, which says what the attacker is', () => {
    const known = rows.map(({ file, title }) => `${file}: ${title}`)
    const missing = attacks.filter(({ file, title }) => !known.includes(`${file}: ${title}`))
    const toAdd = missing.map(
      ({ file, title }) => `| [${title}](../test/attacks/${file}) | ${NOTHING} |`,
    )
    expect(toAdd).toEqual([])
  })

  it('has one row for an attack, and none for what is not there', () => {
    const files = rows.map(({ file }) => file)
    expect(files.toSorted()).toEqual(attacks.map(({ file }) => file).toSorted())
  })

  it('counts them, and those that found something', () => {
    const found = rows.filter((row) => row.found !== NOTHING)
    expect(page).toContain(`**${rows.length} attacks**, **${found.length} of which found a fault**`)
    expect(rows.filter((row) => row.found === '')).toEqual([])
  })

  it('names each parser that is fuzzed', () => {
    const parsers = new Set(
      pathsBelow('test/fuzz/corpus').map((path) => path.split('/').at(-2) ?? ''),
    )
    expect([...parsers].filter((parser) => !page.includes(`\`${parser}\``))).toEqual([])
  })
})

describe('the files of attacks', () => {
  it('say in their first line of tests what the attacker is', () => {
    expect(attacks.filter(({ title }) => title.length < 10)).toEqual([])
  })
})
