import { basename, dirname } from 'node:path'
import { digestOfFile } from '@easycerts/adapters/files'
import { INSTALLATION_STATE, loadInstalled } from '@easycerts/adapters/stack-installation'
import { ALL_LAYOUTS, CA_PATHS, NODE_PATHS } from '@easycerts/shared/layout'
import { ADOPTION_PATH } from '../adoption/adoption-record.ts'
import { existsOn, type Machine, pathOn } from '../machine/index.ts'
import { type Manifest, MANIFEST_PATH } from '../manifest/index.ts'
import { MARK } from '../steps/unfinished-mark.ts'
import { filesBelow } from './files-below.ts'
import { readManagedFiles } from './managed-files.ts'
import type { Removal } from './removal.ts'
import type { ResetChoices } from './reset-choices.ts'
import { surveyAdopted } from './survey-adopted.ts'
import { surveyInstalled } from './survey-installed.ts'

const ETCD_DATA = '/var/lib/etcd'
const CA_SERVER = 'ca-server.service'
const UNIT = /^[^/]+\.(service|target|timer|path|slice|socket)$/
const SERVICE_ACCOUNT: readonly string[] = ALL_LAYOUTS.flatMap((layout) => [
  layout.serviceAccountKey,
  layout.serviceAccountPublicKey,
])
/** Nobody but us writes there. */
const STATE_DIRECTORIES: readonly string[] = [NODE_PATHS.certmgrState, NODE_PATHS.identityDirectory]
/** Ours, whatever was there before. */
const OWN_DIRECTORIES: readonly string[] = [
  NODE_PATHS.specDirectory,
  NODE_PATHS.configDirectory,
  dirname(NODE_PATHS.identityDirectory),
]

export interface Joined {
  readonly node: string
  readonly manifest: Manifest
}

/**
 * What goes and what stays, by the disk as it is now: goes what join or certmgr wrote and nobody
 * else changed. Reads only.
 */
export const surveyReset = (
  machine: Machine,
  { node, manifest }: Joined,
  choices: ResetChoices,
): Removal => {
  const managed = readManagedFiles(machine)
  const installed = loadInstalled(machine)
  const adopted = surveyAdopted(machine)
  const kept: Removal['kept'] = [...adopted.kept]
  const files: Removal['files'] = []
  for (const [path, written] of Object.entries(manifest.files)) {
    const sha256 = digestOfFile(pathOn(machine, path))
    if (sha256 === undefined || adopted.paths.has(path)) continue
    const isInstalled = installed.files.get(path)?.written.has(sha256) === true
    const isOurs = sha256 === written || managed.has(path) || isInstalled
    const reason = reasonToKeep(machine, path, isOurs, choices)
    if (reason === undefined) files.push({ path, sha256 })
    else kept.push({ path, reason })
  }
  const others = surveyInstalled(
    machine,
    installed,
    (path) => path in manifest.files,
    (path, isOurs) => reasonToKeep(machine, path, isOurs, choices),
  )
  // What was installed and stays can still be undone.
  const stateDirectories = [
    ...STATE_DIRECTORIES,
    ...(choices.keepUnits ? [] : [INSTALLATION_STATE]),
  ]
  // The lock goes last, with the process that holds it.
  const state = stateDirectories
    .flatMap((directory) => filesBelow(machine, directory))
    .filter(({ path }) => !basename(path).startsWith('lock'))
  const keepsEtcd = existsOn(machine, ETCD_DATA) && !choices.withEtcdData
  if (keepsEtcd) kept.push({ path: ETCD_DATA, reason: 'the data of etcd; --etcd-data removes it' })
  return {
    version: 1,
    node,
    files: [...state, ...files, ...others.files, ...ownFiles(machine)],
    restored: [...others.restored, ...adopted.restored],
    ...(adopted.revived ? { revived: adopted.revived } : {}),
    trees: [...stateDirectories, ...(choices.withEtcdData ? [ETCD_DATA] : [])],
    directories: directoriesOf([...manifest.directories, ...installed.directories]),
    kept: [...kept, ...others.kept, ...strangers(machine, manifest)],
    units: unitsOf(machine, [...Object.keys(manifest.files), ...installed.files.keys()]),
  }
}

const reasonToKeep = (
  machine: Machine,
  path: string,
  isOurs: boolean,
  { force, keepUnits, withServiceAccountKey }: ResetChoices,
): string | undefined => {
  if (SERVICE_ACCOUNT.includes(path) && !withServiceAccountKey)
    return 'it signed tokens that pods hold; --service-account-key removes it'
  if (isOfCa(machine, path)) return 'a CA is on this machine'
  if (keepUnits && isOfStack(path)) return '--keep-units'
  return isOurs || force ? undefined : 'somebody changed it; --force removes it'
}

/** Keys, certificates and bundles of all layouts, which a stack never writes. */
const CERTIFIED: ReadonlySet<string> = new Set([
  ...SERVICE_ACCOUNT,
  ...ALL_LAYOUTS.flatMap(({ certificates, bundles }) => [
    ...certificates.flatMap(({ certificate, key }) => [certificate, key]),
    ...bundles.map(({ path }) => path),
  ]),
])

/** Units and configuration, as far as no key or certificate is meant. */
const isOfStack = (path: string): boolean =>
  !CERTIFIED.has(path) &&
  !path.startsWith(`${NODE_PATHS.configDirectory}/`) &&
  !/^\/etc\/kubernetes\/[^/]+\.(conf|kubeconfig)$/.test(path)

/** The CA that serves this cluster may run here: it is not this node's to stop. */
const isOfCa = (machine: Machine, path: string): boolean =>
  path === `${NODE_PATHS.unitDirectory}/${CA_SERVER}` && existsOn(machine, CA_PATHS.dataDirectory)

const unitsOf = (machine: Machine, paths: readonly string[]): string[] =>
  [...new Set(paths)]
    .filter((path) => dirname(path) === NODE_PATHS.unitDirectory && UNIT.test(basename(path)))
    .filter((path) => !isOfCa(machine, path))
    .map((path) => basename(path))

const ownFiles = (machine: Machine): Removal['files'] =>
  [MARK, ADOPTION_PATH, MANIFEST_PATH].flatMap((path) => {
    const sha256 = digestOfFile(pathOn(machine, path))
    return sha256 === undefined ? [] : [{ path, sha256 }]
  })

/** What somebody put into our directories beside what join wrote. */
const strangers = (machine: Machine, { files }: Manifest): Removal['kept'] =>
  filesBelow(machine, NODE_PATHS.configDirectory)
    .filter(({ path }) => !(path in files))
    .map(({ path }) => ({ path, reason: 'node-join did not write it' }))

const directoriesOf = (directories: readonly string[]): string[] =>
  [...new Set([...directories, ...OWN_DIRECTORIES])].toSorted(
    (a, b) => b.split('/').length - a.split('/').length,
  )
