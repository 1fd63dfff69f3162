import { dirname } from 'node:path'
import { dissolveLinks, recoverPublications } from '@easycerts/adapters/files'
import { ALL_LAYOUTS, NODE_PATHS } from '@easycerts/shared/layout'
import { type Machine, pathOn } from '../machine/index.ts'

/** certmgr's own journals too: a set that it was publishing when it was killed is finished first. */
export const JOURNAL_DIRECTORY = `${NODE_PATHS.certmgrState}/journals`

/** Directories that join or certmgr writes to on any node. */
const DIRECTORIES: readonly string[] = [
  dirname(NODE_PATHS.identityDirectory),
  NODE_PATHS.identityDirectory,
  NODE_PATHS.certmgrState,
  NODE_PATHS.configDirectory,
  NODE_PATHS.specDirectory,
  NODE_PATHS.unitDirectory,
  ...ALL_LAYOUTS.flatMap(({ certificates, bundles, kubeconfigs }) => [
    ...certificates.flatMap(({ certificate, key }) => [dirname(certificate), dirname(key)]),
    ...[...bundles, ...kubeconfigs].map(({ path }) => dirname(path)),
  ]),
]

/**
 * Finishes or undoes what a killed run left, in these directories too. Files that certmgr publishes by
 * a link are plain ones afterwards, until its next pass.
 */
export const recover = async (machine: Machine, more: readonly string[] = []): Promise<void> => {
  const directories = new Set([...DIRECTORIES, ...more].map((path) => pathOn(machine, path)))
  await recoverPublications(pathOn(machine, JOURNAL_DIRECTORY), [...directories])
  for (const { profile, certificate } of ALL_LAYOUTS.flatMap((layout) => layout.certificates))
    await dissolveLinks({ directory: dirname(pathOn(machine, certificate)), name: profile })
}
