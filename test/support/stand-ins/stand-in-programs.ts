import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Components of Kubernetes, and flanneld, which have no package that a test could install. */
export const STAND_INS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'flanneld',
] as const

/** The repository as a booted machine sees it. */
const REPOSITORY = '/opt/easycerts'
const HERE = `${REPOSITORY}/test/support/stand-ins`
const FACTS = `${REPOSITORY}/test/fixtures/kubernetes`

/** A directory to lay over /usr, whose bin/ has a stand-in for each; `release` is one that facts are known of. */
export const makeStandIns = (release: '1.20.2' | '1.36.2'): string => {
  const directory = mkdtempSync(join(tmpdir(), 'easycerts-programs-'))
  mkdirSync(join(directory, 'bin'))
  chmodSync(directory, 0o755)
  for (const name of STAND_INS) {
    // Some of their units forbid memory that is written and executed, which a compiler needs.
    const words = [process.execPath, '--jitless', `${HERE}/stand-in.mjs`, name, release, FACTS]
    const text = `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`
    writeFileSync(join(directory, 'bin', name), text, { mode: 0o755 })
  }
  return directory
}

/** systemd-notify(1) speaks for a program that has no datagrams of its own: a drop-in for its unit. */
export const STAND_IN_DROP_IN = '[Service]\nNotifyAccess=all\n'
