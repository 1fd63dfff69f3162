import { describe, expect, test } from 'vitest'
import type { Role } from '@easycerts/shared/cluster'
import {
  CA_PATHS,
  COMPONENT_UNITS,
  KUBECONFIG_FILES,
  NODE_CERTIFICATES,
  NODE_PATHS,
  TRUST_BUNDLE_FILES,
} from '@easycerts/shared/layout'
import { buildStack } from '@easycerts/units/flavours'
import type { GeneratedFile } from '@easycerts/units/stack'
import { readUnit } from '../../support/units/read-unit.ts'
import {
  fileOf,
  ROLES,
  sampleRequest,
  sampleStack,
  VERSIONS,
} from '../../support/units/sample-stacks.ts'

/** Absolute paths in a text, wherever they stand: after `=`, `:` or a space, or in quotes. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/(?<=^|[\s=:,"']|unix:\/\/)\/[A-Za-z0-9][\w./-]*/gm)].map(([path]) =>
    path.replace(/\/$/, ''),
  )

/** Programs come from packages; these directories and files from the programs themselves. */
const FROM_ELSEWHERE = [
  /^\/usr\/(bin|lib)\//,
  /^\/run\/(containerd\/containerd\.sock|flannel\/subnet\.env)$/,
  /^\/run$/,
  /^\/dev\/null$/,
  // In the container of CoreDNS.
  /^\/etc\/(coredns|resolv\.conf)/,
  /^\/(health|ready)$/,
  /^\/(livez|readyz|healthz)$/,
]

const producedFor = (role: Role, files: readonly GeneratedFile[]): Set<string> => {
  const inRole = <T extends { readonly roles: readonly Role[] }>(rows: readonly T[]) =>
    rows.filter(({ roles }) => roles.includes(role))
  const directories = files
    .filter(({ path }) => path.startsWith('/etc/tmpfiles.d/'))
    .flatMap(({ content }) => [...content.matchAll(/^d (\S+)/gm)].map(([, path]) => path!))
  const states = files
    .filter(({ path }) => path.endsWith('.service'))
    .flatMap(({ content }) => readUnit(content))
    .filter(({ name }) => name === 'StateDirectory')
    .map(({ value }) => `/var/lib/${value}`)
  return new Set([
    ...inRole(NODE_CERTIFICATES).flatMap(({ certificate, key }) => [certificate, key]),
    ...inRole(TRUST_BUNDLE_FILES).map(({ path }) => path),
    ...inRole(KUBECONFIG_FILES).map(({ path }) => path),
    ...files.map(({ path }) => path),
    ...directories,
    ...states,
    // Parent of the files above.
    '/etc/kubernetes',
    NODE_PATHS.certmgrConfig,
    ...(role === 'master'
      ? [NODE_PATHS.serviceAccountKey, NODE_PATHS.serviceAccountPublicKey]
      : []),
    `${CA_PATHS.dataDirectory}/keys/kek.cred`,
  ])
}

const orphansOf = (role: Role, files: readonly GeneratedFile[]): string[] => {
  const produced = producedFor(role, files)
  return files
    .filter(({ path }) => !/sysusers|tmpfiles/.test(path))
    .flatMap(({ content }) => pathsIn(content.replace(/^#.*$/gm, '')))
    .filter((path) => !produced.has(path) && !FROM_ELSEWHERE.some((known) => known.test(path)))
}

describe.each(VERSIONS)('for Kubernetes %s on', (version) => {
  test.each(ROLES)(
    'a %s, each file that a unit or a configuration names is made by someone',
    (role) => {
      expect(orphansOf(role, sampleStack(role, version).files)).toEqual([])
    },
  )
})

test('a file that nobody makes is found', () => {
  const { files } = sampleStack('worker', '1.36')
  const apiserver = sampleStack('master', '1.36').files.find(({ path }) =>
    path.endsWith('kube-apiserver.service'),
  )!
  expect(orphansOf('worker', [...files, apiserver])).toContain('/etc/kubernetes/pki/apiserver.key')
})

/** Text of a component's unit and of the configuration that it names. */
const textOf = (files: readonly GeneratedFile[], unit: string): string => {
  const main = files.find(({ path }) => path.endsWith(`/${unit}`))!.content
  return [
    main,
    ...files.filter(({ path }) => main.includes(`=${path}`)).map((f) => f.content),
  ].join()
}

describe('on a master', () => {
  const { files } = sampleStack('master', '1.36')
  const components = Object.entries(COMPONENT_UNITS).filter(([, unit]) => unit !== undefined)

  test.each(components)(
    '%s names a bundle only if the layout counts it as a reader',
    (component, unit) => {
      const named = new Set(pathsIn(textOf(files, unit!)))
      const strangers = TRUST_BUNDLE_FILES.filter(
        ({ path, readers }) => named.has(path) && !readers.some((reader) => reader === component),
      )
      expect(strangers).toEqual([])
    },
  )

  test.each(components)(
    '%s names a key only if it runs as the owner of that key, or as root',
    (_, unit) => {
      const text = textOf(files, unit!)
      const user =
        readUnit(fileOf({ files, units: [] }, unit!)).find(({ name }) => name === 'User')?.value ??
        'root'
      const named = new Set(pathsIn(text))
      const owners = NODE_CERTIFICATES.filter(({ key }) => named.has(key)).map(({ owner }) => owner)
      expect(owners.filter((owner) => owner !== user)).toEqual([])
    },
  )

  test('each certificate of a component, and each kubeconfig, is named by some unit', () => {
    const named = new Set(files.flatMap(({ content }) => pathsIn(content)))
    const kubeconfigs = KUBECONFIG_FILES.filter((row) => row.clusterAdmin !== true)
    expect(kubeconfigs.map(({ path }) => path).filter((path) => !named.has(path))).toEqual([])
    const direct = NODE_CERTIFICATES.filter(({ use }) => use === 'serving' || use === 'client')
    expect(direct.map(({ certificate }) => certificate).filter((path) => !named.has(path))).toEqual(
      [],
    )
  })

  test('the key-encryption key is loaded only if the keys are sealed', () => {
    const open = buildStack({
      ...sampleRequest('master', '1.36'),
      caServer: { sealedKeys: false },
    })
    const unitOf = (stack: readonly GeneratedFile[]) => textOf(stack, 'ca-server.service')
    expect(unitOf(files)).toContain('LoadCredentialEncrypted=ca-server-kek:')
    expect(unitOf(open.files)).not.toContain('LoadCredential')
  })
})
