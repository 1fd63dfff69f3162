import { describe, expect, it } from 'vitest'
import { wrongImports } from './imports-of.ts'
import { SHARED_FOLDERS } from './layers.ts'
import { foldersIn, shippedSources } from './repository-files.ts'

describe('the import rule', () => {
  it('holds for every source file', () => {
    expect(shippedSources().flatMap(wrongImports)).toEqual([])
  })

  it('knows every folder of packages/shared/src', () => {
    const known: readonly string[] = SHARED_FOLDERS
    expect(foldersIn('packages/shared/src').filter((name) => !known.includes(name))).toEqual([])
  })
})

describe('wrongImports', () => {
  it.each([
    ['packages/shared/src/time/clock.ts', '../x509/index.ts', 'a later folder'],
    ['packages/shared/src/x509/chain.ts', 'node:fs', 'a module that does I/O'],
    ['packages/shared/src/time/clock.ts', 'node:crypto', 'cryptography outside its folders'],
    ['packages/shared/src/profile/profile.ts', 'yaml', 'a file format outside its folders'],
    ['packages/shared/src/x509/chain.ts', '@peculiar/x509', 'a package that is not allowed'],
    ['packages/shared/src/x509/chain.ts', '../key/key-algorithm.ts', 'the inside of a neighbour'],
    ['packages/shared/src/surprise/one.ts', 'valibot', 'anything in an unknown folder'],
    ['packages/units/src/modern/etcd.ts', '@easycerts/adapters/files', 'an adapter in pure code'],
    ['packages/units/src/modern/etcd.ts', 'node:crypto', 'a module of Node in pure code'],
    ['packages/adapters/src/files/a.ts', '../../../../apps/certmgr/src/cli.ts', 'an app'],
    ['packages/adapters/src/files/a.ts', 'fastify', 'a package of the server'],
    ['apps/certmgr/src/cli.ts', '../../node-join/src/cli.ts', 'another app'],
    ['apps/certmgr/src/cli.ts', '../../../test/support/code-of.ts', 'a test'],
    ['apps/certmgr/src/cli.ts', '@easycerts/shared/x509/chain', 'the inside of a package'],
    ['apps/certmgr/src/cli.ts', 'fastify', 'a package behind a door'],
    ['apps/ca-server/src/commands/list.ts', 'better-sqlite3', 'the database outside its adapter'],
    ['apps/ca-server/src/authority/join.ts', 'node:fs/promises', 'the disk in a use case'],
    ['apps/ca-server/src/authority/join.ts', '../store/sqlite/index.ts', 'an adapter of its port'],
    ['apps/ca-server/src/http/server.ts', 'reflect-metadata', 'decorators on the hot path'],
  ])('finds that %s imports %s: %s', (path, specifier) => {
    expect(wrongImports({ path, text: `import { x } from '${specifier}'` })).toHaveLength(1)
  })

  it.each([
    ['packages/shared/src/x509/chain.ts', '../key/index.ts'],
    ['packages/shared/src/x509/chain.ts', './validity.ts'],
    ['packages/shared/src/config/parse-config.ts', 'yaml'],
    ['packages/units/src/modern/etcd.ts', '@easycerts/shared/layout'],
    ['packages/adapters/src/files/a.ts', 'node:fs/promises'],
    ['apps/certmgr/src/commands/run.ts', '../renewer/index.ts'],
    ['apps/certmgr/src/cli.ts', 'commander'],
    ['apps/ca-server/src/store/sqlite/open-database.ts', 'better-sqlite3'],
  ])('lets %s import %s', (path, specifier) => {
    expect(wrongImports({ path, text: `import { x } from '${specifier}'` })).toEqual([])
  })

  it.each([
    `import 'fastify'`,
    `import type { A } from 'fastify'`,
    `export * from 'fastify'`,
    `const a = await import('fastify')`,
    `type A = import('fastify').A`,
  ])('sees %s', (text) => {
    expect(wrongImports({ path: 'packages/shared/src/key/a.ts', text })).toHaveLength(1)
  })
})
