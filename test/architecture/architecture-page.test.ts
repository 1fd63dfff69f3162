import { describe, expect, it } from 'vitest'
import { foldersIn, readText } from './repository-files.ts'

/** `folder`: one sentence. A line that begins so describes a folder. */
const ENTRY = /^- `([\w./-]+)`: ([A-Z`].*)$/gm

const sentences = new Map(
  [...readText('ARCHITECTURE.md').matchAll(ENTRY)].map(([, folder = '', text = '']) => [
    folder,
    text,
  ]),
)

const parts = ['packages', 'apps'].flatMap((kind) =>
  foldersIn(kind).map((name) => `${kind}/${name}`),
)
const folders = [
  ...parts,
  ...parts.flatMap((part) => foldersIn(`${part}/src`).map((name) => `${part}/src/${name}`)),
]

describe('ARCHITECTURE.md', () => {
  it('has a sentence for every folder of packages and apps', () => {
    expect(folders.filter((folder) => !sentences.has(folder))).toEqual([])
  })

  it('says it in one sentence each', () => {
    const others = [...sentences].filter(([, text]) => !/^[^.]+(\.\w[^.]*)*\.$/.test(text))
    expect(others).toEqual([])
  })
})
